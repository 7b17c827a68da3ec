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
 * The first slot whose number is NaN, infinite or beyond `reach`, rounded down to a block; `end` when there is none. Bits of floats without
 * their sign grow as the floats do, and those of NaN are above all: one subtraction of integers tells.
 */
function farF32(words: Uint32Array, start: number, end: number, reach: number): number {
  reachScratch[0] = reach;
  const limit = reachBits[0]!;
  const wholeEnd = end - ((end - start) % BLOCK);
  for (let block = start; block < wholeEnd; block += BLOCK) {
    let sign = 0;
    for (let i = block; i < block + BLOCK; i += 4) {
      sign |=
        (limit - (words[i]! & 0x7fff_ffff)) |
        (limit - (words[i + 1]! & 0x7fff_ffff)) |
        (limit - (words[i + 2]! & 0x7fff_ffff)) |
        (limit - (words[i + 3]! & 0x7fff_ffff));
    }
    if (sign < 0) return block;
  }
  for (let i = wholeEnd; i < end; i++) if ((words[i]! & 0x7fff_ffff) > limit) return i;
  return end;
}

function farF64(numbers: Float64Array, start: number, end: number, reach: number): number {
  let at = start;
  while (at < end && Math.abs(numbers[at]!) <= reach) at++;
  return at;
}

const reachScratch = new Float32Array(1);
const reachBits = new Uint32Array(reachScratch.buffer);
const BLOCK = 64;
