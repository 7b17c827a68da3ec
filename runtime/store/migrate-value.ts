import type { TypePlan } from '@tickbase/schema/plan';

/**
 * The way from a value of one type to the same value of another, for types that `compareTypes` finds no problem in. Values are as codecs decode
 * them. Throws LostVariant for a variant that the new type has not.
 */
export function valueMigration(before: TypePlan, after: TypePlan): (value: unknown) => unknown {
  if (after.kind === 'option' && before.kind !== 'option') return valueMigration(before, after.of);
  switch (after.kind) {
    case 'option': {
      const inner = valueMigration((before as typeof after).of, after.of);
      return (value) => (value === undefined ? undefined : inner(value));
    }
    case 'array': {
      const inner = valueMigration((before as typeof after).of, after.of);
      return (value) => (value as unknown[]).map(inner);
    }
    case 'result': {
      const ok = valueMigration((before as typeof after).ok, after.ok);
      const err = valueMigration((before as typeof after).err, after.err);
      return (given) => {
        const { tag, value } = given as { tag: string; value: unknown };
        return { tag, value: tag === 'ok' ? ok(value) : err(value) };
      };
    }
    case 'object':
      return objectMigration(before as typeof after, after);
    case 'enum':
      return enumMigration(before as typeof after, after);
    default:
      return isBig(after) && !isBig(before) ? (value) => BigInt(value as number) : same;
  }
}

/** A row holds a variant that the new type has not. */
export class LostVariant extends Error {}

type ObjectPlan = Extract<TypePlan, { kind: 'object' }>;
type EnumPlan = Extract<TypePlan, { kind: 'enum' }>;

const same = (value: unknown): unknown => value;

function isBig({ kind }: TypePlan): boolean {
  return /^[ui](64|128|256)$/.test(kind);
}

function objectMigration(before: ObjectPlan, after: ObjectPlan): (value: unknown) => unknown {
  const fields = after.fields.map(({ name, type }) => {
    const old = before.fields.find((field) => field.name === name);
    return { name, migrate: old === undefined ? none : valueMigration(old.type, type) };
  });
  return (value) =>
    Object.fromEntries(fields.map(({ name, migrate }) => [name, migrate((value as Record<string, unknown>)[name])]));
}

function none(): undefined {
  return undefined;
}

function enumMigration(before: EnumPlan, after: EnumPlan): (value: unknown) => unknown {
  const ways = new Map<string, (value: unknown) => unknown>();
  for (const { name, type } of before.variants) {
    const variant = after.variants.find((candidate) => candidate.name === name);
    if (variant !== undefined) ways.set(name, valueMigration(type, variant.type));
  }
  return (given) => {
    const { tag, value } = given as { tag: string; value?: unknown };
    const way = ways.get(tag);
    if (way === undefined) throw new LostVariant(tag);
    return value === undefined ? { tag } : { tag, value: way(value) };
  };
}
