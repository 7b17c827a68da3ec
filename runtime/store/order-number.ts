import type { Column } from './column.ts';
import {
  TYPE_BOOL,
  TYPE_CONNECTION_ID,
  TYPE_DURATION,
  TYPE_ENUM,
  TYPE_F32,
  TYPE_F64,
  TYPE_I128,
  TYPE_I16,
  TYPE_I256,
  TYPE_I32,
  TYPE_I64,
  TYPE_I8,
  TYPE_IDENTITY,
  TYPE_TIMESTAMP,
  TYPE_U128,
  TYPE_U16,
  TYPE_U256,
  TYPE_U32,
  TYPE_U64,
  TYPE_U8,
  TYPE_UUID,
} from './value-codec.ts';

/**
 * A number that follows the order of the column's values as far as it goes: of two slots, the one with the lower value (`compareSlots`) never
 * has the higher number. Up to 53 bits it says all; wider integers are rounded, strings and encoded values are all 0.
 */
export function orderNumber(column: Column, slot: number): number {
  switch (column.typeCode) {
    case TYPE_BOOL:
    case TYPE_U8:
    case TYPE_ENUM:
      return column.bytes[slot]!;
    case TYPE_I8:
      return (column.data as Int8Array)[slot]!;
    case TYPE_U16:
      return column.halves[slot]!;
    case TYPE_I16:
      return (column.data as Int16Array)[slot]!;
    case TYPE_U32:
      return column.words[slot]!;
    case TYPE_I32:
      return (column.data as Int32Array)[slot]!;
    case TYPE_F32:
      return (column.data as Float32Array)[slot]!;
    case TYPE_F64:
      return (column.data as Float64Array)[slot]!;
    case TYPE_I64:
    case TYPE_TIMESTAMP:
    case TYPE_DURATION:
    case TYPE_I128:
    case TYPE_I256:
      return ofWords(column, slot, true);
    case TYPE_U64:
    case TYPE_U128:
    case TYPE_CONNECTION_ID:
    case TYPE_UUID:
    case TYPE_U256:
    case TYPE_IDENTITY:
      return ofWords(column, slot, false);
    default:
      return 0;
  }
}

/** Whether equal numbers of the column are equal values. */
export function isExactNumber({ typeCode }: Column): boolean {
  return EXACT_TYPES.has(typeCode);
}

const EXACT_TYPES: ReadonlySet<number> = new Set([
  TYPE_BOOL,
  TYPE_U8,
  TYPE_ENUM,
  TYPE_I8,
  TYPE_U16,
  TYPE_I16,
  TYPE_U32,
  TYPE_I32,
  TYPE_F32,
  TYPE_F64,
]);

/**
 * Little-endian words, the highest first. Each step may round, and never past a neighbour: a number that is no longer exact is so large that a
 * word below it is less than half of its last place. Of a negative number the bits are turned over, so that this holds for it, too.
 */
function ofWords({ words, wordsPerSlot }: Column, slot: number, isSigned: boolean): number {
  const start = slot * wordsPerSlot;
  const isNegative = isSigned && (words[start + wordsPerSlot - 1]! | 0) < 0;
  let number = 0;
  for (let i = start + wordsPerSlot - 1; i >= start; i--) {
    const word = words[i]!;
    number = number * 0x1_0000_0000 + (isNegative ? ~word >>> 0 : word);
  }
  return isNegative ? -number : number;
}
