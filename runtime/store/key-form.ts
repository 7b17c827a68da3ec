import type { TypePlan } from '@tickbase/schema/plan';

/** Whether values of the type hold floats anywhere. */
export function hasFloats(type: TypePlan): boolean {
  switch (type.kind) {
    case 'f32':
    case 'f64':
      return true;
    case 'option':
    case 'array':
      return hasFloats(type.of);
    case 'object':
      return type.fields.some((field) => hasFloats(field.type));
    case 'enum':
      return type.variants.some((variant) => hasFloats(variant.type));
    case 'result':
      return hasFloats(type.ok) || hasFloats(type.err);
    default:
      return false;
  }
}

/**
 * The value as part of a key, where equal values are to have equal bytes: every -0 in it is 0. Calls `refuseNaN` at a NaN, which equals
 * nothing. The caller guarantees that it is a plain value of `type`, as decoded.
 */
export function keyForm(type: TypePlan, value: unknown, refuseNaN: () => never): unknown {
  const part = (of: TypePlan, inner: unknown): unknown => keyForm(of, inner, refuseNaN);
  switch (type.kind) {
    case 'f32':
    case 'f64':
      return Number.isNaN(value) ? refuseNaN() : (value as number) + 0;
    case 'option':
      return value === undefined ? undefined : part(type.of, value);
    case 'array':
      return hasFloats(type.of) ? (value as readonly unknown[]).map((item) => part(type.of, item)) : value;
    case 'object': {
      const fields = type.fields.map(({ name, type: of }) => [
        name,
        part(of, (value as Record<string, unknown>)[name]),
      ]);
      return Object.fromEntries(fields);
    }
    case 'enum': {
      const { tag, value: payload } = value as Tagged;
      const of = type.variants.find(({ name }) => name === tag)!.type;
      return of.kind === 'unit' ? value : { tag, value: part(of, payload) };
    }
    case 'result': {
      const { tag, value: payload } = value as Tagged;
      return { tag, value: part(tag === 'ok' ? type.ok : type.err, payload) };
    }
    default:
      return value;
  }
}

interface Tagged {
  readonly tag: string;
  readonly value?: unknown;
}
