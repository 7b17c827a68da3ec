import type { Column } from './column.ts';
import { storeError } from './store-error.ts';
import type { Table } from './table.ts';

/**
 * Throws when a column that was written whole holds something that no row may hold, in the slots from `start` to before `end`, which are
 * rows: a coordinate out of reach, a bool that is none.
 */
export function checkWhole(table: Table, column: Column, start: number, end: number): void {
  if (column.isCoordinate) {
    const place = table.place!;
    const { reach } = place.grid;
    const far =
      column.storage === 'f32'
        ? farF32(column.words, start, end, reach)
        : farF64(column.data as Float64Array, start, end, reach);
    for (let slot = far; slot < end; slot++) place.checkColumn(column, slot);
  }
  if (column.plan.type.kind !== 'bool') return;
  for (let slot = start; slot < end; slot++) {
    if (column.bytes[slot]! <= 1) continue;
    throw storeError(
      'VALUE_TYPE',
      `${column.bytes[slot]} is not a boolean`,
      { table: table.plan.name, column: column.plan.name },
      'write 0 or 1 to columns of type bool',
    );
  }
}

/**
 * Up to where no number is NaN, infinite or beyond `reach`; rounded down by up to seven slots, `end` when none is. Bits of floats without their sign
 * grow as the floats do, and those of NaN are above all.
 */
function farF32(words: Uint32Array, start: number, end: number, reach: number): number {
  reachScratch[0] = reach;
  const limit = reachBits[0]!;
  let at = start;
  // Of a function that is called once a tick V8 would compile the loop alone, and throw it away at the loop's end each time.
  while (at + STRETCH_SLOTS <= end) {
    const next = skipNear(words, at, at + STRETCH_SLOTS, limit);
    if (next < at + STRETCH_SLOTS) return next;
    at = next;
  }
  at = skipNear(words, at, end - ((end - at) % 8), limit);
  while (at < end && (words[at]! & 0x7fff_ffff) <= limit) at++;
  return at;
}

/** Eight at a time, a multiple of which there are: what a turn of a loop costs by itself is more than a comparison. */
function skipNear(words: Uint32Array, start: number, end: number, limit: number): number {
  let i = start;
  while (
    i < end &&
    (words[i]! & 0x7fff_ffff) <= limit &&
    (words[i + 1]! & 0x7fff_ffff) <= limit &&
    (words[i + 2]! & 0x7fff_ffff) <= limit &&
    (words[i + 3]! & 0x7fff_ffff) <= limit &&
    (words[i + 4]! & 0x7fff_ffff) <= limit &&
    (words[i + 5]! & 0x7fff_ffff) <= limit &&
    (words[i + 6]! & 0x7fff_ffff) <= limit &&
    (words[i + 7]! & 0x7fff_ffff) <= limit
  ) {
    i += 8;
  }
  return i;
}

function farF64(numbers: Float64Array, start: number, end: number, reach: number): number {
  let at = start;
  while (at < end && Math.abs(numbers[at]!) <= reach) at++;
  return at;
}

const reachScratch = new Float32Array(1);
const reachBits = new Uint32Array(reachScratch.buffer);
const STRETCH_SLOTS = 1024;
