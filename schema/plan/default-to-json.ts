import { Fault } from '@tickbase/base';
import type { ConnectionId } from '../values/connection-id.ts';
import type { Identity } from '../values/identity.ts';
import { hexFromBigInt } from '../values/hex-from-big-int.ts';
import type { ScheduleAt } from '../values/schedule-at.ts';
import type { TimeDuration } from '../values/time-duration.ts';
import type { Timestamp } from '../values/timestamp.ts';
import type { Uuid } from '../values/uuid.ts';
import type { JsonValue } from './default-plan.ts';
import type { TypePlan } from './type-plan.ts';

/**
 * A value of `type` as JSON, without loss; defaultValueOf is the way back.
 *   numbers → number (NaN, Infinity, -Infinity, -0 → their text); bigints, timestamps, durations (µs) → decimal text;
 *   bytes, identity, connectionId → hex; uuid → its text; scheduleAt → { Interval } or { Time }; unit → {};
 *   option → null or { some }; array, object → the same of their parts; enum, result → { tag, value }, unit variants { tag }
 * The caller guarantees that it is a value of the type.
 */
export function defaultToJson(type: TypePlan, value: unknown): JsonValue {
  switch (type.kind) {
    case 'bool':
    case 'string':
      return value as boolean | string;
    case 'f32':
    case 'f64':
      return Number.isFinite(value) && !Object.is(value, -0)
        ? (value as number)
        : Object.is(value, -0)
          ? '-0'
          : String(value);
    case 'u8':
    case 'u16':
    case 'u32':
    case 'i8':
    case 'i16':
    case 'i32':
      return (value as number) + 0;
    case 'bytes':
      return [...(value as Uint8Array)].map((byte) => hexFromBigInt(BigInt(byte), 2)).join('');
    case 'identity':
      return (value as Identity).toHexString();
    case 'connectionId':
      return (value as ConnectionId).toHexString();
    case 'uuid':
      return (value as Uuid).toString();
    case 'timestamp':
      return String((value as Timestamp).microsSinceUnixEpoch);
    case 'timeDuration':
      return String((value as TimeDuration).micros);
    case 'scheduleAt': {
      const at = value as ScheduleAt;
      return at.tag === 'Interval'
        ? { Interval: String(at.value.micros) }
        : { Time: String(at.value.microsSinceUnixEpoch) };
    }
    case 'unit':
      return {};
    case 'option':
      return value === undefined ? null : { some: defaultToJson(type.of, value) };
    case 'array':
      return (value as unknown[]).map((item) => defaultToJson(type.of, item));
    case 'object':
      return Object.fromEntries(
        type.fields.map((field) => [
          field.name,
          defaultToJson(field.type, (value as Record<string, unknown>)[field.name]),
        ]),
      );
    case 'enum': {
      const { tag, value: payload } = value as { tag: string; value?: unknown };
      const variant = type.variants.find((candidate) => candidate.name === tag);
      if (variant === undefined) throw new Fault(`a default has the unknown variant ${tag}`);
      return variant.type.kind === 'unit' ? { tag } : { tag, value: defaultToJson(variant.type, payload) };
    }
    case 'result': {
      const { tag, value: payload } = value as { tag: 'ok' | 'err'; value: unknown };
      return { tag, value: defaultToJson(tag === 'ok' ? type.ok : type.err, payload) };
    }
    default:
      return String(value as bigint);
  }
}
