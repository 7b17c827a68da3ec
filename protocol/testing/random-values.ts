/** Random types and values for tests, and columns as the store would hold them. */
import { ByteWriter, type Prng } from '@tickbase/base';
import { storageKindOf, type ColumnBuffer, type ScalarKind, type TypePlan } from '@tickbase/schema/plan';
import { ConnectionId, Identity, ScheduleAt, TimeDuration, Timestamp, Uuid } from '@tickbase/schema/values';
import { TYPE_KINDS } from '../server/section-shapes.ts';
import { encodeValue } from '../values/codec.ts';

export const SCALARS = TYPE_KINDS.slice(0, 24) as readonly ScalarKind[];

export function randomType(prng: Prng, depth: number): TypePlan {
  const kind = depth === 0 ? prng.pick(SCALARS) : prng.pick(TYPE_KINDS);
  switch (kind) {
    case 'option': {
      // An option of an option, or of a unit's many spellings, has several values that JavaScript writes alike.
      const of = randomType(prng, depth - 1);
      return of.kind === 'option' ? of : { kind, of };
    }
    case 'array':
      return { kind, of: randomType(prng, depth - 1) };
    case 'object':
      return {
        kind,
        name: prng.pick([null, 'Thing']),
        fields: Array.from({ length: prng.int(0, 4) }, (_, i) => ({
          name: `f${i}`,
          type: randomType(prng, depth - 1),
        })),
      };
    case 'enum':
      return {
        kind,
        name: prng.pick([null, 'Kind']),
        variants: Array.from({ length: prng.int(1, 4) }, (_, i) => ({
          id: 3 + 7 * i,
          name: `V${i}`,
          type: prng.int(0, 2) === 0 ? { kind: 'unit' as const } : randomType(prng, depth - 1),
        })),
      };
    case 'result':
      return { kind, ok: randomType(prng, depth - 1), err: randomType(prng, depth - 1) };
    default:
      return { kind };
  }
}

export function randomValue(prng: Prng, type: TypePlan): unknown {
  switch (type.kind) {
    case 'bool':
      return prng.int(0, 1) === 1;
    case 'u8':
    case 'u16':
    case 'u32':
      return Number(randomBig(prng, Number(type.kind.slice(1)), false));
    case 'i8':
    case 'i16':
    case 'i32':
      return Number(randomBig(prng, Number(type.kind.slice(1)), true));
    case 'u64':
    case 'u128':
    case 'u256':
      return randomBig(prng, Number(type.kind.slice(1)), false);
    case 'i64':
    case 'i128':
    case 'i256':
      return randomBig(prng, Number(type.kind.slice(1)), true);
    case 'f32':
      return Math.fround(randomFloat(prng));
    case 'f64':
      return randomFloat(prng);
    case 'string':
      return randomText(prng);
    case 'bytes':
      return Uint8Array.from({ length: prng.int(0, 9) }, () => prng.int(0, 255));
    case 'identity':
      return new Identity(randomBig(prng, 256, false));
    case 'connectionId':
      return new ConnectionId(randomBig(prng, 128, false));
    case 'timestamp':
      return new Timestamp(randomBig(prng, 64, true));
    case 'timeDuration':
      return new TimeDuration(randomBig(prng, 64, true));
    case 'uuid':
      return new Uuid(randomBig(prng, 128, false));
    case 'scheduleAt': {
      const micros = randomBig(prng, 64, true);
      return prng.int(0, 1) === 0 ? ScheduleAt.interval(micros) : ScheduleAt.time(micros);
    }
    case 'unit':
      return {};
    case 'option':
      return prng.int(0, 2) === 0 ? undefined : randomValue(prng, type.of);
    case 'array':
      return Array.from({ length: prng.int(0, 5) }, () => randomValue(prng, type.of));
    case 'object':
      return Object.fromEntries(type.fields.map((field) => [field.name, randomValue(prng, field.type)]));
    case 'enum': {
      const variant = prng.pick(type.variants);
      if (variant.type.kind === 'unit') return { tag: variant.name };
      return { tag: variant.name, value: randomValue(prng, variant.type) };
    }
    case 'result':
      return prng.int(0, 1) === 0
        ? { tag: 'ok', value: randomValue(prng, type.ok) }
        : { tag: 'err', value: randomValue(prng, type.err) };
  }
}

/** Values of a column in the slots that are given, as the store would hold them; other slots hold what they hold. */
export function columnOf(type: TypePlan, values: ReadonlyMap<number, unknown>, capacity: number): ColumnBuffer {
  const storage = storageKindOf(type);
  if (storage === 'string') {
    return Array.from({ length: capacity }, (_, slot) => (values.get(slot) as string | undefined) ?? '');
  }
  const encode = (value: unknown): Uint8Array => {
    const writer = new ByteWriter();
    encodeValue(writer, type, value);
    return writer.copy();
  };
  if (storage === 'encoded') {
    return Array.from({ length: capacity }, (_, slot) =>
      values.has(slot) ? encode(values.get(slot)) : new Uint8Array(0),
    );
  }
  // The positional encoding of fixed-width types is their memory.
  const size = SIZES[storage];
  const memory = new Uint8Array(size * capacity);
  for (const [slot, value] of values) memory.set(encode(value), slot * size);
  return new ARRAYS[storage](memory.buffer);
}

const SIZES = {
  u8: 1,
  i8: 1,
  u16: 2,
  i16: 2,
  u32: 4,
  i32: 4,
  f32: 4,
  f64: 8,
  i64: 8,
  u64: 8,
  wide128: 16,
  wide256: 32,
};
const ARRAYS = {
  u8: Uint8Array,
  i8: Int8Array,
  u16: Uint16Array,
  i16: Int16Array,
  u32: Uint32Array,
  i32: Int32Array,
  f32: Float32Array,
  f64: Float64Array,
  i64: BigInt64Array,
  u64: BigUint64Array,
  wide128: Uint32Array,
  wide256: Uint32Array,
};

/** Ends and neighbours of powers of two as often as anything between them. */
function randomBig(prng: Prng, bits: number, signed: boolean): bigint {
  const min = signed ? -(1n << BigInt(bits - 1)) : 0n;
  const max = min + (1n << BigInt(bits)) - 1n;
  const choice = prng.int(0, 3);
  if (choice === 0) return prng.pick([min, max, 0n, 1n]);
  if (choice === 1) return prng.bigint(min, max);
  const near = (1n << BigInt(prng.int(0, bits - 1))) + BigInt(prng.int(-1, 1));
  const value = signed && prng.int(0, 1) === 0 ? -near : near;
  return value < min || value > max ? 0n : value;
}

function randomFloat(prng: Prng): number {
  const choice = prng.int(0, 5);
  if (choice === 0) return prng.pick([0, -0, 1.5, -1e-7, NaN, Infinity, -Infinity, 3e38]);
  return (prng.float() - 0.5) * 10 ** prng.int(-3, 6);
}

function randomText(prng: Prng): string {
  const pieces = [
    '',
    'a',
    'Zoë',
    '漢字',
    '😀',
    '\0',
    'plain ascii of some length that passes the short way',
    '\u{10ffff}',
  ];
  return Array.from({ length: prng.int(0, 4) }, () => prng.pick(pieces)).join('');
}
