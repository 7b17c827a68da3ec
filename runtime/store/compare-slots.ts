import { compareValues } from '@tickbase/schema/values';
import type { Column } from './column.ts';
import { readValue } from './read-value.ts';
import {
  TYPE_BOOL,
  TYPE_DURATION,
  TYPE_ENCODED,
  TYPE_ENUM,
  TYPE_F32,
  TYPE_F64,
  TYPE_I128,
  TYPE_I16,
  TYPE_I256,
  TYPE_I32,
  TYPE_I64,
  TYPE_I8,
  TYPE_STRING,
  TYPE_TIMESTAMP,
  TYPE_U16,
  TYPE_U32,
  TYPE_U8,
} from './value-codec.ts';

/** Order of two slots' values: below 0, 0 or above. The same order as `compareValues` of the schema. */
export function compareSlots(column: Column, a: number, b: number): number {
  switch (column.typeCode) {
    case TYPE_BOOL:
    case TYPE_U8:
    case TYPE_ENUM:
      return column.bytes[a]! - column.bytes[b]!;
    case TYPE_I8:
      return (column.data as Int8Array)[a]! - (column.data as Int8Array)[b]!;
    case TYPE_U16:
      return column.halves[a]! - column.halves[b]!;
    case TYPE_I16:
      return (column.data as Int16Array)[a]! - (column.data as Int16Array)[b]!;
    case TYPE_U32:
      return column.words[a]! - column.words[b]!;
    case TYPE_I32:
      return (column.data as Int32Array)[a]! - (column.data as Int32Array)[b]!;
    case TYPE_F32:
      return order((column.data as Float32Array)[a]!, (column.data as Float32Array)[b]!);
    case TYPE_F64:
      return order((column.data as Float64Array)[a]!, (column.data as Float64Array)[b]!);
    case TYPE_I64:
    case TYPE_TIMESTAMP:
    case TYPE_DURATION:
    case TYPE_I128:
    case TYPE_I256:
      return compareWords(column, a, b, true);
    case TYPE_STRING:
    case TYPE_ENCODED:
      return compareValues(column.plan.type, readValue(column, a), readValue(column, b));
    default:
      return compareWords(column, a, b, false);
  }
}

function order(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Little-endian words, the highest first; no bigint is made. */
function compareWords(column: Column, a: number, b: number, isSigned: boolean): number {
  const words = column.words;
  const count = column.wordsPerSlot;
  const endA = a * count;
  const endB = b * count;
  let i = count - 1;
  if (isSigned) {
    const highA = words[endA + i]! | 0;
    const highB = words[endB + i]! | 0;
    if (highA !== highB) return highA < highB ? -1 : 1;
    i--;
  }
  for (; i >= 0; i--) {
    const wordA = words[endA + i]!;
    const wordB = words[endB + i]!;
    if (wordA !== wordB) return wordA < wordB ? -1 : 1;
  }
  return 0;
}
