import type { Prng } from '@tickbase/base';
import type { TypePlan } from '@tickbase/schema/plan';
import { ConnectionId, Identity, ScheduleAt, TimeDuration, Timestamp, Uuid } from '@tickbase/schema/values';

/** A value of a type out of few, so that keys meet; now and then one at the type's edge. NaN only where it may stand. */
export function randomValue(prng: Prng, type: TypePlan, isNanAllowed = false): unknown {
  switch (type.kind) {
    case 'bool':
      return prng.int(0, 1) === 1;
    case 'u8':
    case 'u16':
    case 'u32':
    case 'i8':
    case 'i16':
    case 'i32': {
      const bits = Number(type.kind.slice(1));
      const isSigned = type.kind.startsWith('i');
      if (prng.int(0, 15) === 0) return isSigned ? -(2 ** (bits - 1)) : 2 ** prng.pick([Math.min(bits, 20), bits]) - 1;
      return isSigned ? prng.int(-6, 6) : prng.int(1, 12);
    }
    case 'f32':
    case 'f64':
      if (isNanAllowed && prng.int(0, 9) === 0) return prng.pick([Number.NaN, Infinity]);
      return prng.pick([0, 1.5, -2.25, 7, 40.125, -31.5, prng.int(-400, 400) / 8]);
    case 'u64':
    case 'i64':
    case 'u128':
    case 'i128':
    case 'u256':
    case 'i256': {
      const bits = BigInt(type.kind.slice(1));
      const isSigned = type.kind.startsWith('i');
      if (prng.int(0, 15) === 0) return isSigned ? -(1n << (bits - 1n)) : (1n << bits) - 1n;
      const base = prng.int(0, 3) === 0 ? 1n << (bits - 2n) : 0n;
      return base + BigInt(isSigned ? prng.int(-6, 6) : prng.int(1, 12));
    }
    case 'string':
      return prng.pick(['ann', 'bob', 'Łódź', '', 'a', 'ab', '𝔘', '\uffee', 'x'.repeat(prng.int(1, 40))]);
    case 'bytes':
      return new Uint8Array(Array.from({ length: prng.int(0, 3) }, () => prng.int(0, 2)));
    case 'identity':
      return new Identity((1n << 200n) * BigInt(prng.int(0, 2)) + BigInt(prng.int(1, 6)));
    case 'connectionId':
      return new ConnectionId((1n << 100n) * BigInt(prng.int(0, 2)) + BigInt(prng.int(1, 6)));
    case 'uuid':
      return new Uuid((1n << 90n) * BigInt(prng.int(0, 2)) + BigInt(prng.int(1, 6)));
    case 'timestamp':
      return new Timestamp(BigInt(prng.int(-3, 9)) * 1_000_000n);
    case 'timeDuration':
      return new TimeDuration(BigInt(prng.int(-3, 9)) * 1000n);
    case 'scheduleAt':
      return prng.int(0, 1) === 0
        ? ScheduleAt.interval(BigInt(prng.int(1, 5)))
        : ScheduleAt.time(BigInt(prng.int(1, 5)));
    case 'unit':
      return {};
    case 'option':
      return prng.int(0, 2) === 0 ? undefined : randomValue(prng, type.of);
    case 'array':
      return Array.from({ length: prng.int(0, 2) }, () => randomValue(prng, type.of));
    case 'object':
      return Object.fromEntries(type.fields.map((field) => [field.name, randomValue(prng, field.type)]));
    case 'enum': {
      const variant = prng.pick(type.variants);
      return variant.type.kind === 'unit'
        ? { tag: variant.name }
        : { tag: variant.name, value: randomValue(prng, variant.type) };
    }
    case 'result':
      return { tag: 'ok', value: randomValue(prng, type.ok) };
  }
}
