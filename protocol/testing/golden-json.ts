/** Values as the golden files spell them (WIRE.md, "Golden vectors"): JSON without loss, readable with the type at hand. */
import type { TypePlan } from '@tickbase/schema/plan';
import type { PieceEvent } from './random-piece.ts';
import type { WireTable } from '../schema/wire-schema.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export function goldenValue(type: TypePlan, value: unknown): Json {
  switch (type.kind) {
    case 'bool':
    case 'u8':
    case 'u16':
    case 'u32':
    case 'i8':
    case 'i16':
    case 'i32':
    case 'string':
      return value as Json;
    case 'f32':
    case 'f64':
      return goldenNumber(value as number);
    case 'bytes':
      return goldenHex(value as Uint8Array);
    case 'identity':
      return String((value as { __identity__: bigint }).__identity__);
    case 'connectionId':
      return String((value as { __connection_id__: bigint }).__connection_id__);
    case 'uuid':
      return String((value as { __uuid__: bigint }).__uuid__);
    case 'timestamp':
      return String((value as Timestamped).__timestamp_micros_since_unix_epoch__);
    case 'timeDuration':
      return String((value as Timestamped).__time_duration_micros__);
    case 'scheduleAt': {
      const { tag, value: at } = value as { tag: string; value: Timestamped };
      return { tag, value: String(at.__time_duration_micros__ ?? at.__timestamp_micros_since_unix_epoch__) };
    }
    case 'unit':
      return {};
    case 'option':
      return value === undefined ? null : goldenValue(type.of, value);
    case 'array':
      return (value as unknown[]).map((item) => goldenValue(type.of, item));
    case 'object':
      return Object.fromEntries(
        type.fields.map((field) => [
          field.name,
          goldenValue(field.type, (value as Record<string, unknown>)[field.name]),
        ]),
      );
    case 'enum': {
      const { tag, value: payload } = value as { tag: string; value?: unknown };
      const variant = type.variants.find((candidate) => candidate.name === tag)!;
      return variant.type.kind === 'unit' ? { tag } : { tag, value: goldenValue(variant.type, payload) };
    }
    case 'result': {
      const { tag, value: payload } = value as { tag: 'ok' | 'err'; value: unknown };
      return { tag, value: goldenValue(tag === 'ok' ? type.ok : type.err, payload) };
    }
    default:
      return String(value);
  }
}

interface Timestamped {
  readonly __timestamp_micros_since_unix_epoch__?: bigint;
  readonly __time_duration_micros__?: bigint;
}

/** Numbers that JSON has not, and -0, are strings. */
export function goldenNumber(value: number): Json {
  return Number.isFinite(value) && !Object.is(value, -0) ? value : Object.is(value, -0) ? '-0' : String(value);
}

export function goldenHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function goldenEvents(table: WireTable, events: readonly PieceEvent[]): Json {
  return events.map((event): Json => {
    switch (event.what) {
      case 'enter':
        return { ...event, values: event.values.map((value, place) => goldenValue(table.columns[place]!.type, value)) };
      case 'update':
        return {
          ...event,
          values: Object.fromEntries(
            Object.entries(event.values).map(([place, value]) => [
              place,
              goldenValue(table.columns[Number(place)]!.type, value),
            ]),
          ),
        };
      default:
        return { ...event };
    }
  });
}

/** Any plain data of the protocol: bigints as decimal strings, bytes as hex. */
export function goldenPlain(value: unknown): Json {
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return goldenNumber(value);
  if (value instanceof Uint8Array) return goldenHex(value);
  if (Array.isArray(value)) return value.map(goldenPlain);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, goldenPlain(item)]));
  }
  return value as Json;
}

/** One case a line, so that a change of bytes is a change of lines. */
export function goldenFile(about: string, cases: readonly Json[]): string {
  return `{\n"about": ${JSON.stringify(about)},\n"cases": [\n${cases.map((item) => JSON.stringify(item)).join(',\n')}\n]\n}\n`;
}
