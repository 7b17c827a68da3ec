import type { TypePlan } from '@tickbase/schema/plan';

/** True when values of both types are written alike: names of types and ids of variants do not count, names of fields and variants do. */
export function isSameType(a: TypePlan, b: TypePlan): boolean {
  switch (a.kind) {
    case 'option':
      return b.kind === 'option' && isSameType(a.of, b.of);
    case 'array':
      return b.kind === 'array' && isSameType(a.of, b.of);
    case 'result':
      return b.kind === 'result' && isSameType(a.ok, b.ok) && isSameType(a.err, b.err);
    case 'object':
      return b.kind === 'object' && haveSameTypes(a.fields, b.fields);
    case 'enum':
      return b.kind === 'enum' && haveSameTypes(a.variants, b.variants);
    default:
      return a.kind === b.kind;
  }
}

function haveSameTypes(
  a: readonly { readonly name: string; readonly type: TypePlan }[],
  b: readonly { readonly name: string; readonly type: TypePlan }[],
): boolean {
  if (a.length !== b.length) return false;
  const types = new Map(b.map((item) => [item.name, item.type]));
  return a.every((item) => {
    const type = types.get(item.name);
    return type !== undefined && isSameType(item.type, type);
  });
}
