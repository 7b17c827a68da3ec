import { isWellFormed } from '@tickbase/base';
import type { TypePlan } from '../plan/type-plan.ts';
import { ConnectionId } from './connection-id.ts';
import { Identity } from './identity.ts';
import { TimeDuration } from './time-duration.ts';
import { Timestamp } from './timestamp.ts';
import { Uuid } from './uuid.ts';

/** Why `value` is no value of `type`, as the end of a sentence with the place in it; null: it is one. */
export function valueProblem(type: TypePlan, value: unknown, path = 'it'): string | null {
  switch (type.kind) {
    case 'bool':
      return typeof value === 'boolean' ? null : expected(path, 'true or false', value);
    case 'string':
      if (typeof value !== 'string') return expected(path, 'a text', value);
      return isWellFormed(value) ? null : `${path} has half of a surrogate pair, which UTF-8 cannot express`;
    case 'f32':
    case 'f64':
      return typeof value === 'number' ? null : expected(path, 'a number', value);
    case 'bytes':
      return value instanceof Uint8Array ? null : expected(path, 'a Uint8Array', value);
    case 'identity':
      return value instanceof Identity ? null : expected(path, 'an Identity', value);
    case 'connectionId':
      return value instanceof ConnectionId ? null : expected(path, 'a ConnectionId', value);
    case 'uuid':
      return value instanceof Uuid ? null : expected(path, 'a Uuid', value);
    case 'timestamp':
      return value instanceof Timestamp ? null : expected(path, 'a Timestamp', value);
    case 'timeDuration':
      return value instanceof TimeDuration ? null : expected(path, 'a TimeDuration', value);
    case 'scheduleAt': {
      const { tag, value: at } = (value ?? {}) as { tag?: unknown; value?: unknown };
      const isGood = (tag === 'Interval' && at instanceof TimeDuration) || (tag === 'Time' && at instanceof Timestamp);
      return isGood ? null : expected(path, 'a ScheduleAt', value);
    }
    case 'unit':
      return typeof value === 'object' && value !== null ? null : expected(path, 'an empty object', value);
    case 'option':
      return value === undefined ? null : valueProblem(type.of, value, path);
    case 'array':
      if (!Array.isArray(value)) return expected(path, 'an array', value);
      return firstProblem(value.map((item, place) => [type.of, item, `${path}[${place}]`]));
    case 'object': {
      if (typeof value !== 'object' || value === null) return expected(path, 'an object', value);
      const { fields } = type;
      const unknown = Object.keys(value).find((name) => !fields.some((field) => field.name === name));
      if (unknown !== undefined) return `${path} has a field ${unknown}, which its type has not`;
      return firstProblem(
        fields.map(({ name, type: fieldType }) => [
          fieldType,
          (value as Record<string, unknown>)[name],
          `${path}.${name}`,
        ]),
      );
    }
    case 'enum': {
      const { tag, value: payload } = (value ?? {}) as { tag?: unknown; value?: unknown };
      const variant = type.variants.find((candidate) => candidate.name === tag);
      if (variant === undefined) {
        return expected(path, `{ tag } of ${type.variants.map(({ name }) => name).join(', ')}`, value);
      }
      return variant.type.kind === 'unit' ? null : valueProblem(variant.type, payload, `${path}.value`);
    }
    case 'result': {
      const { tag, value: payload } = (value ?? {}) as { tag?: unknown; value?: unknown };
      if (tag !== 'ok' && tag !== 'err') return expected(path, '{ tag: "ok" } or { tag: "err" }', value);
      return valueProblem(tag === 'ok' ? type.ok : type.err, payload, `${path}.value`);
    }
    default:
      return integerProblem(type.kind, value, path);
  }
}

function integerProblem(kind: string, value: unknown, path: string): string | null {
  const bits = Number(kind.slice(1));
  const isSigned = kind.startsWith('i');
  const min = isSigned ? -(1n << BigInt(bits - 1)) : 0n;
  const max = isSigned ? (1n << BigInt(bits - 1)) - 1n : (1n << BigInt(bits)) - 1n;
  const isRightType = bits >= 64 ? typeof value === 'bigint' : Number.isInteger(value);
  if (!isRightType) return expected(path, bits >= 64 ? 'a bigint' : 'a whole number', value);
  if ((value as bigint) >= min && (value as bigint) <= max) return null;
  return `${path} is ${String(value)}, and ${kind} holds ${min} to ${max}`;
}

function firstProblem(parts: readonly (readonly [TypePlan, unknown, string])[]): string | null {
  for (const [type, value, path] of parts) {
    const problem = valueProblem(type, value, path);
    if (problem !== null) return problem;
  }
  return null;
}

function expected(path: string, what: string, value: unknown): string {
  return `${path} should be ${what}, not ${shown(value)}`;
}

/** The value as a few words; it may be anything, so none of its own functions is called. */
function shown(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 40));
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  return Array.isArray(value) ? 'an array' : 'an object';
}
