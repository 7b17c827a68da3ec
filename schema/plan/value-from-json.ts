import { TickbaseError } from '@tickbase/base';
import type { TypePlan } from './type-plan.ts';
import { ConnectionId } from '../values/connection-id.ts';
import { Identity } from '../values/identity.ts';
import { I64_MAX, I64_MIN } from '../values/i64.ts';
import { microsFromIso } from '../values/micros-from-iso.ts';
import { ScheduleAt } from '../values/schedule-at.ts';
import { TimeDuration } from '../values/time-duration.ts';
import { Timestamp } from '../values/timestamp.ts';
import { Uuid } from '../values/uuid.ts';
import { valueProblem } from '../values/value-problem.ts';

/**
 * The value of `type` that somebody has written as JSON: as `defaultToJson` writes it, and in the ways in which people do.
 *   integers → number or decimal text; floats → number, or "NaN", "Infinity", "-Infinity", "-0"
 *   timestamp → microseconds since the Unix epoch, or ISO 8601; timeDuration → microseconds
 *   bytes, identity, connectionId → hex, with or without 0x; uuid → its text
 *   option → null, the value, or { "some": value }; enum → { "tag": name, "value": … }, { name: value }, or "name"
 * Throws JSON_VALUE with the place in `path`.
 */
export function valueFromJson(type: TypePlan, json: unknown, path: string): unknown {
  const value = read(type, json, path);
  const problem = valueProblem(type, value, path);
  if (problem === null) return value;
  throw mistake(path, problem);
}

function read(type: TypePlan, json: unknown, path: string): unknown {
  switch (type.kind) {
    case 'bool':
    case 'string':
      return json;
    case 'f32':
    case 'f64':
      return typeof json === 'string' && FLOAT_TEXTS.has(json) ? Number(json) : json;
    case 'u8':
    case 'u16':
    case 'u32':
    case 'i8':
    case 'i16':
    case 'i32':
      return Number(integer(json, path));
    case 'bytes':
      return bytes(hex(json, path));
    case 'identity':
      return new Identity(exactHex(json, 64, path));
    case 'connectionId':
      return ConnectionId.fromString(exactHex(json, 32, path));
    case 'uuid':
      if (typeof json === 'string' && UUID.test(json)) return Uuid.parse(json);
      throw mistake(path, `${path} is no UUID`);
    case 'timestamp':
      return new Timestamp(micros(typeof json === 'string' ? (microsFromIso(json) ?? json) : json, path));
    case 'timeDuration':
      return new TimeDuration(micros(json, path));
    case 'scheduleAt': {
      const { Interval: interval, Time: time } = object(json, path);
      return interval === undefined ? ScheduleAt.time(micros(time, path)) : ScheduleAt.interval(micros(interval, path));
    }
    case 'unit':
      return {};
    case 'option': {
      if (json === null || json === undefined) return undefined;
      const isWrapped = typeof json === 'object' && Object.keys(json).join() === 'some' && !hasField(type.of, 'some');
      return read(type.of, isWrapped ? (json as { some: unknown }).some : json, path);
    }
    case 'array':
      if (Array.isArray(json)) return json.map((item, place) => read(type.of, item, `${path}[${place}]`));
      throw mistake(path, `${path} is no list`);
    case 'object': {
      const parts = object(json, path);
      const known = new Set(type.fields.map(({ name }) => name));
      const unknown = Object.keys(parts).find((name) => !known.has(name));
      if (unknown !== undefined) throw mistake(path, `${path} has no field ${JSON.stringify(unknown)}`);
      return Object.fromEntries(
        type.fields.map((field) => [field.name, read(field.type, own(parts, field.name), `${path}.${field.name}`)]),
      );
    }
    case 'enum': {
      const { tag, value } = variantOf(json, path);
      const variant = type.variants.find(({ name }) => name === tag);
      if (variant === undefined) throw mistake(path, `${path} has no variant ${JSON.stringify(tag)}`);
      return variant.type.kind === 'unit' ? { tag } : { tag, value: read(variant.type, value, `${path}.${tag}`) };
    }
    case 'result': {
      const { tag, value } = variantOf(json, path);
      if (tag !== 'ok' && tag !== 'err') throw mistake(path, `${path} is neither ok nor err`);
      return { tag, value: read(tag === 'ok' ? type.ok : type.err, value, `${path}.${tag}`) };
    }
    default:
      return integer(json, path);
  }
}

function integer(json: unknown, path: string): bigint {
  if (typeof json === 'number' && Number.isSafeInteger(json)) return BigInt(json);
  if (typeof json === 'string' && /^-?\d{1,80}$/.test(json)) return BigInt(json);
  const isLarge = typeof json === 'number' && Number.isInteger(json);
  throw mistake(path, isLarge ? `${path} is beyond 2^53: write it as a text` : `${path} is no whole number`);
}

function micros(json: unknown, path: string): bigint {
  const value = typeof json === 'bigint' ? json : integer(json, path);
  if (value >= I64_MIN && value <= I64_MAX) return value;
  throw mistake(path, `${path} is beyond what a time can be`);
}

function hex(json: unknown, path: string): string {
  const digits = typeof json === 'string' ? json.replace(/^0x/i, '') : null;
  if (digits !== null && /^(?:[0-9a-fA-F]{2})*$/.test(digits)) return digits.toLowerCase();
  throw mistake(path, `${path} is no text of hex digits`);
}

function exactHex(json: unknown, length: number, path: string): string {
  const digits = hex(json, path);
  if (digits.length === length) return digits;
  throw mistake(path, `${path} has ${digits.length} hex digits instead of ${length}`);
}

function bytes(digits: string): Uint8Array {
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function object(json: unknown, path: string): Record<string, unknown> {
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as Record<string, unknown>;
  throw mistake(path, `${path} is no object`);
}

function own(parts: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(parts, name) ? parts[name] : undefined;
}

function variantOf(json: unknown, path: string): { tag: string; value: unknown } {
  if (typeof json === 'string') return { tag: json, value: {} };
  const parts = object(json, path);
  const names = Object.keys(parts);
  if (typeof parts['tag'] === 'string') return { tag: parts['tag'], value: parts['value'] };
  if (names.length === 1) return { tag: names[0]!, value: parts[names[0]!] };
  throw mistake(path, `${path} names no variant`);
}

function hasField(type: TypePlan, name: string): boolean {
  return type.kind === 'object' && type.fields.some((field) => field.name === name);
}

function mistake(where: string, what: string): TickbaseError {
  const mend =
    'see the types of the module; 64-bit integers and larger ones may be texts, bytes and identities are hex';
  return new TickbaseError({ code: 'JSON_VALUE', what, where, mend });
}

const FLOAT_TEXTS: ReadonlySet<string> = new Set(['NaN', 'Infinity', '-Infinity', '-0']);
const UUID = /^[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$/;
