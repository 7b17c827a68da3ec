import { Fault } from '@tickbase/base';
import { ConnectionId } from '../values/connection-id.ts';
import { Identity } from '../values/identity.ts';
import { ScheduleAt } from '../values/schedule-at.ts';
import { TimeDuration } from '../values/time-duration.ts';
import { Timestamp } from '../values/timestamp.ts';
import { Uuid } from '../values/uuid.ts';
import type { JsonValue } from './default-plan.ts';
import type { TypePlan } from './type-plan.ts';

/** The JavaScript value that defaultToJson wrote: a new one each time, for the caller to keep. */
export function defaultValueOf(type: TypePlan, json: JsonValue): unknown {
  switch (type.kind) {
    case 'bool':
    case 'string':
    case 'u8':
    case 'u16':
    case 'u32':
    case 'i8':
    case 'i16':
    case 'i32':
      return json;
    case 'f32':
    case 'f64':
      return Number(json);
    case 'bytes':
      return Uint8Array.from((json as string).match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
    case 'identity':
      return Identity.fromString(json as string);
    case 'connectionId':
      return ConnectionId.fromString(json as string);
    case 'uuid':
      return Uuid.parse(json as string);
    case 'timestamp':
      return new Timestamp(BigInt(json as string));
    case 'timeDuration':
      return new TimeDuration(BigInt(json as string));
    case 'scheduleAt': {
      const at = json as { Interval?: string; Time?: string };
      return at.Interval === undefined ? ScheduleAt.time(BigInt(at.Time!)) : ScheduleAt.interval(BigInt(at.Interval));
    }
    case 'unit':
      return {};
    case 'option':
      return json === null ? undefined : defaultValueOf(type.of, (json as { some: JsonValue }).some);
    case 'array':
      return (json as readonly JsonValue[]).map((item) => defaultValueOf(type.of, item));
    case 'object':
      return Object.fromEntries(
        type.fields.map((field) => [
          field.name,
          defaultValueOf(field.type, (json as Record<string, JsonValue>)[field.name]!),
        ]),
      );
    case 'enum': {
      const { tag, value } = json as { tag: string; value?: JsonValue };
      const variant = type.variants.find((candidate) => candidate.name === tag);
      if (variant === undefined) throw new Fault(`a default has the unknown variant ${tag}`);
      return variant.type.kind === 'unit' ? { tag } : { tag, value: defaultValueOf(variant.type, value!) };
    }
    case 'result': {
      const { tag, value } = json as { tag: 'ok' | 'err'; value: JsonValue };
      return { tag, value: defaultValueOf(tag === 'ok' ? type.ok : type.err, value) };
    }
    default:
      return BigInt(json as string);
  }
}
