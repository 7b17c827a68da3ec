import { TickbaseError, isWellFormed } from '@tickbase/base';
import type { ScalarKind, TypePlan } from '@tickbase/schema/plan';
import { ZERO_SIZE_ITEMS_MAX } from './codec-limits.ts';
import { minimalSize } from './minimal-size.ts';

/**
 * The error for a JavaScript value that the encoder refused: walks type and value again to name the place.
 * `path` names the root, as in `args.items[3].name`. The way that succeeds never comes here.
 */
export function valueError(type: TypePlan, value: unknown, path: string): TickbaseError {
  const problem = findProblem(type, value, path);
  return new TickbaseError(
    problem ?? {
      code: 'VALUE_TYPE',
      what: `a value changed while it was encoded as ${describeType(type)}`,
      where: path,
      mend: 'use plain values without getters',
    },
  );
}

/** The type as a reader of an error knows it. */
export function describeType(type: TypePlan): string {
  switch (type.kind) {
    case 'option':
      return `option of ${describeType(type.of)}`;
    case 'array':
      return `array of ${describeType(type.of)}`;
    case 'object':
    case 'enum':
      return type.name === null ? type.kind : `${type.kind} ${type.name}`;
    default:
      return type.kind;
  }
}

type Problem = { code: string; what: string; where: string; mend: string };

/** Of `u8`, `i256` and their like; 0: it is no integer. */
function integerBits(kind: ScalarKind): number {
  return Number(/^[iu](\d+)$/.exec(kind)?.[1] ?? 0);
}

/** The member in which a value class keeps its number, and the number's width. */
const BOXED: Partial<Record<ScalarKind, { readonly key: string; readonly bits: number; readonly signed: boolean }>> = {
  identity: { key: '__identity__', bits: 256, signed: false },
  connectionId: { key: '__connection_id__', bits: 128, signed: false },
  timestamp: { key: '__timestamp_micros_since_unix_epoch__', bits: 64, signed: true },
  timeDuration: { key: '__time_duration_micros__', bits: 64, signed: true },
  uuid: { key: '__uuid__', bits: 128, signed: false },
};

function findProblem(type: TypePlan, value: unknown, path: string): Problem | null {
  switch (type.kind) {
    case 'option':
      return value === undefined || value === null ? null : findProblem(type.of, value, path);
    case 'array':
      return arrayProblem(type.of, value, path);
    case 'object': {
      if (!isRecord(value)) return wrongType(type, value, path);
      for (const field of type.fields) {
        const problem = findProblem(field.type, value[field.name], `${path}.${field.name}`);
        if (problem !== null) return problem;
      }
      return null;
    }
    case 'enum': {
      if (!isRecord(value) || typeof value['tag'] !== 'string') return wrongType(type, value, path);
      const variant = type.variants.find((candidate) => candidate.name === value['tag']);
      if (variant === undefined) {
        return unknownTag(
          value['tag'],
          type.variants.map((candidate) => candidate.name),
          path,
        );
      }
      return variant.type.kind === 'unit' ? null : findProblem(variant.type, value['value'], `${path}.value`);
    }
    case 'result': {
      if (!isRecord(value)) return wrongType(type, value, path);
      const tag = value['tag'];
      if (tag !== 'ok' && tag !== 'err') return unknownTag(tag, ['ok', 'err'], path);
      return findProblem(tag === 'ok' ? type.ok : type.err, value['value'], `${path}.value`);
    }
    case 'scheduleAt': {
      if (!isRecord(value)) return wrongType(type, value, path);
      const tag = value['tag'];
      if (tag !== 'Interval' && tag !== 'Time') return unknownTag(tag, ['Interval', 'Time'], path);
      const kind = tag === 'Interval' ? 'timeDuration' : 'timestamp';
      return findProblem({ kind }, value['value'], `${path}.value`);
    }
    default:
      return scalarProblem(type.kind, value, path);
  }
}

function arrayProblem(item: TypePlan, value: unknown, path: string): Problem | null {
  if (!Array.isArray(value)) return wrongType({ kind: 'array', of: item }, value, path);
  for (let i = 0; i < value.length; i++) {
    const problem = findProblem(item, value[i], `${path}[${i}]`);
    if (problem !== null) return problem;
  }
  if (minimalSize(item) > 0 || value.length <= ZERO_SIZE_ITEMS_MAX) return null;
  return {
    code: 'VALUE_RANGE',
    what: `an array of ${value.length} items that take no bytes`,
    where: path,
    mend: `keep such arrays to ${ZERO_SIZE_ITEMS_MAX} items; a number would say the same`,
  };
}

function scalarProblem(kind: ScalarKind, value: unknown, path: string): Problem | null {
  const type: TypePlan = { kind };
  const boxed = BOXED[kind];
  if (boxed !== undefined) {
    const inner = isRecord(value) ? value[boxed.key] : undefined;
    if (typeof inner !== 'bigint') return wrongType(type, value, path);
    return bigintFits(inner, boxed.bits, boxed.signed) ? null : outOfRange(kind, inner, path);
  }
  const bits = integerBits(kind);
  if (bits > 0) {
    if (bits <= 32 ? typeof value !== 'number' : typeof value !== 'bigint') return wrongType(type, value, path);
    const fits =
      typeof value === 'bigint'
        ? bigintFits(value, bits, kind.startsWith('i'))
        : Number.isInteger(value) && bigintFits(BigInt(value as number), bits, kind.startsWith('i'));
    return fits ? null : outOfRange(kind, value, path);
  }
  switch (kind) {
    case 'bool':
      return typeof value === 'boolean' ? null : wrongType(type, value, path);
    case 'f32':
      if (typeof value !== 'number') return wrongType(type, value, path);
      return Number.isFinite(value) && !Number.isFinite(Math.fround(value)) ? outOfRange(kind, value, path) : null;
    case 'f64':
      return typeof value === 'number' ? null : wrongType(type, value, path);
    case 'string':
      if (typeof value !== 'string') return wrongType(type, value, path);
      if (isWellFormed(value)) return null;
      return {
        code: 'VALUE_TEXT',
        what: 'a string holds half of a surrogate pair',
        where: path,
        mend: 'cut strings between characters; `toWellFormed()` replaces what is broken',
      };
    case 'bytes':
      return isBytes(value) ? null : wrongType(type, value, path);
    case 'unit':
      return isUnit(value) ? null : wrongType(type, value, path);
    default:
      return wrongType(type, value, path);
  }
}

function wrongType(type: TypePlan, value: unknown, path: string): Problem {
  return {
    code: 'VALUE_TYPE',
    what: `${describeValue(value)} given where ${describeType(type)} is wanted`,
    where: path,
    mend: `give ${wantedValue(type)}`,
  };
}

function outOfRange(kind: ScalarKind, value: unknown, path: string): Problem {
  return {
    code: 'VALUE_RANGE',
    what: `${String(value)} does not fit ${kind}`,
    where: path,
    mend: `give ${wantedValue({ kind })} in the range of ${kind}, or widen the column`,
  };
}

function unknownTag(tag: unknown, names: readonly string[], path: string): Problem {
  return {
    code: 'VALUE_TAG',
    what: `tag ${typeof tag === 'string' ? `'${tag}'` : describeValue(tag)} is unknown`,
    where: path,
    mend: `use one of ${names.map((name) => `'${name}'`).join(', ')}`,
  };
}

function wantedValue(type: TypePlan): string {
  switch (type.kind) {
    case 'bool':
      return 'true or false';
    case 'u8':
    case 'u16':
    case 'u32':
    case 'i8':
    case 'i16':
    case 'i32':
      return 'an integer as a number';
    case 'f32':
    case 'f64':
      return 'a number';
    case 'u64':
    case 'u128':
    case 'u256':
    case 'i64':
    case 'i128':
    case 'i256':
      return 'a bigint';
    case 'bytes':
      return 'a Uint8Array';
    case 'array':
      return `an ${describeType(type)}`;
    case 'option':
      return `${wantedValue(type.of)}, or undefined`;
    case 'object':
      return `an object with ${type.fields.map((field) => field.name).join(', ')}`;
    case 'enum':
    case 'result':
    case 'scheduleAt':
      return 'an object with a tag';
    case 'identity':
      return 'an Identity';
    case 'connectionId':
      return 'a ConnectionId';
    case 'timestamp':
      return 'a Timestamp';
    case 'timeDuration':
      return 'a TimeDuration';
    case 'uuid':
      return 'a Uuid';
    case 'unit':
      return '{}';
    default:
      return `a ${type.kind}`;
  }
}

function describeValue(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** Bytes of any realm: module code has a Uint8Array of its own, so `instanceof` would not do. */
export function isBytes(value: unknown): value is Uint8Array {
  return Object.prototype.toString.call(value) === '[object Uint8Array]';
}

export function isUnit(value: unknown): boolean {
  return value === undefined || value === null || typeof value === 'object';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function bigintFits(value: bigint, bits: number, signed: boolean): boolean {
  return value === (signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value));
}
