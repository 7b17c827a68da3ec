import type { Column } from './column.ts';
import { storeError } from './store-error.ts';
import type { Table } from './table.ts';

/** Throws when a column that was written whole holds something that no row may hold: a coordinate out of reach, a bool that is none. */
export function checkWhole(table: Table, column: Column): void {
  const { live, slotCount } = table;
  if (column.isCoordinate) {
    const place = table.place!;
    const reach = place.grid.reach;
    const first =
      column.storage === 'f32' ? farF32(column.words, slotCount, reach) : farF64(column.data, slotCount, reach);
    for (let slot = first; slot < slotCount; slot++) if (live[slot] === 1) place.checkColumn(column, slot);
  }
  if (column.plan.type.kind !== 'bool') return;
  for (let slot = 0; slot < slotCount; slot++) {
    if (column.bytes[slot]! <= 1 || live[slot] === 0) continue;
    throw storeError(
      'VALUE_TYPE',
      `${column.bytes[slot]} is not a boolean`,
      { table: table.plan.name, column: column.plan.name },
      'write 0 or 1 to columns of type bool',
    );
  }
}

/**
 * The first slot whose number is NaN, infinite or beyond `reach`, rounded down to a block; `count` when there is none. Bits of floats without
 * their sign grow as the floats do, and those of NaN are above all: one subtraction of integers tells.
 */
function farF32(words: Uint32Array, count: number, reach: number): number {
  const limit = new Uint32Array(new Float32Array([reach]).buffer)[0]!;
  const whole = count - (count % BLOCK);
  for (let start = 0; start < whole; start += BLOCK) {
    let sign = 0;
    for (let i = start; i < start + BLOCK; i += 4) {
      sign |=
        (limit - (words[i]! & 0x7fff_ffff)) |
        (limit - (words[i + 1]! & 0x7fff_ffff)) |
        (limit - (words[i + 2]! & 0x7fff_ffff)) |
        (limit - (words[i + 3]! & 0x7fff_ffff));
    }
    if (sign < 0) return start;
  }
  for (let i = whole; i < count; i++) if ((words[i]! & 0x7fff_ffff) > limit) return i;
  return count;
}

function farF64(numbers: ArrayLike<unknown>, count: number, reach: number): number {
  const doubles = numbers as Float64Array;
  let at = 0;
  while (at < count && Math.abs(doubles[at]!) <= reach) at++;
  return at;
}

const BLOCK = 64;
