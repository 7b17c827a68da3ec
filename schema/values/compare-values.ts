import { Fault } from '@tickbase/base';
import type { TypePlan } from '../plan/type-plan.ts';

/**
 * The order of two values of one type, below, above or equal to 0: the order of btree indexes and of `<` in queries.
 *   numbers by size (-0 equals 0; NaN after every number and equal to itself); strings by code points, as UTF-8 bytes order;
 *   false before true; bytes and arrays element by element, a prefix first; ids by their number; times by time;
 *   an absent option first; objects field by field; enums, results and scheduleAt by variant, then payload.
 * The caller guarantees that both are values of `type`.
 */
export function compareValues(type: TypePlan, a: unknown, b: unknown): number {
  switch (type.kind) {
    case 'string':
      return compareText(a as string, b as string);
    case 'f32':
    case 'f64':
      return compareFloats(a as number, b as number);
    case 'bytes':
      return compareBytes(a as Uint8Array, b as Uint8Array);
    case 'identity':
      return order((a as IdentityLike).__identity__, (b as IdentityLike).__identity__);
    case 'connectionId':
      return order((a as ConnectionIdLike).__connection_id__, (b as ConnectionIdLike).__connection_id__);
    case 'uuid':
      return order((a as UuidLike).__uuid__, (b as UuidLike).__uuid__);
    case 'timestamp':
      return order(timestampUs(a), timestampUs(b));
    case 'timeDuration':
      return order(durationUs(a), durationUs(b));
    case 'scheduleAt':
      return compareSchedules(a as Tagged, b as Tagged);
    case 'unit':
      return 0;
    case 'option':
      if (a === undefined || b === undefined) return order(a === undefined ? 0 : 1, b === undefined ? 0 : 1);
      return compareValues(type.of, a, b);
    case 'array':
      return compareArrays(type.of, a as readonly unknown[], b as readonly unknown[]);
    case 'object':
      for (const field of type.fields) {
        const result = compareValues(
          field.type,
          (a as Record<string, unknown>)[field.name],
          (b as Record<string, unknown>)[field.name],
        );
        if (result !== 0) return result;
      }
      return 0;
    case 'enum': {
      const variantA = variantOf(type.variants, (a as Tagged).tag);
      const variantB = variantOf(type.variants, (b as Tagged).tag);
      if (variantA !== variantB) return order(variantA.id, variantB.id);
      return compareValues(variantA.type, (a as Tagged).value, (b as Tagged).value);
    }
    case 'result': {
      const tagA = (a as Tagged).tag;
      if (tagA !== (b as Tagged).tag) return tagA === 'ok' ? -1 : 1;
      return compareValues(tagA === 'ok' ? type.ok : type.err, (a as Tagged).value, (b as Tagged).value);
    }
    default:
      return order(a as number, b as number);
  }
}

interface Tagged {
  readonly tag: string;
  readonly value?: unknown;
}

interface IdentityLike {
  readonly __identity__: bigint;
}

interface ConnectionIdLike {
  readonly __connection_id__: bigint;
}

interface UuidLike {
  readonly __uuid__: bigint;
}

function timestampUs(value: unknown): bigint {
  return (value as { __timestamp_micros_since_unix_epoch__: bigint }).__timestamp_micros_since_unix_epoch__;
}

function durationUs(value: unknown): bigint {
  return (value as { __time_duration_micros__: bigint }).__time_duration_micros__;
}

function variantOf<Variant extends { readonly name: string }>(variants: readonly Variant[], tag: string): Variant {
  for (const variant of variants) if (variant.name === tag) return variant;
  throw new Fault(`no variant ${tag}`);
}

function order<T extends number | bigint | boolean>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareFloats(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  if (a === b) return 0;
  return order(Number.isNaN(a), Number.isNaN(b));
}

/** By code points. UTF-16 units order the same but for surrogates, which stand for code points above all others. */
function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const unitA = a.charCodeAt(i);
    const unitB = b.charCodeAt(i);
    if (unitA === unitB) continue;
    const isHighA = unitA >= 0xd800 && unitA <= 0xdfff;
    const isHighB = unitB >= 0xd800 && unitB <= 0xdfff;
    if (isHighA !== isHighB) return isHighA ? 1 : -1;
    return order(unitA, unitB);
  }
  return order(a.length, b.length);
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return order(a[i]!, b[i]!);
  return order(a.length, b.length);
}

function compareArrays(of: TypePlan, a: readonly unknown[], b: readonly unknown[]): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const result = compareValues(of, a[i], b[i]);
    if (result !== 0) return result;
  }
  return order(a.length, b.length);
}

function compareSchedules(a: Tagged, b: Tagged): number {
  if (a.tag !== b.tag) return a.tag === 'Interval' ? -1 : 1;
  return a.tag === 'Interval'
    ? order(durationUs(a.value), durationUs(b.value))
    : order(timestampUs(a.value), timestampUs(b.value));
}
