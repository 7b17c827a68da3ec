import type { Column } from './column.ts';
import { recordColumnsOf } from './record-columns.ts';
import type { Table } from './table.ts';

/**
 * 16 hex digits over what a log keeps of a world: live slots and logged values of tables whose rows are logged, and all sequences. Equal
 * worlds have equal digests, whatever their capacities, indexes and free slots.
 */
export function digestTables(tables: readonly Table[]): string {
  let low = 0x811c9dc5 | 0;
  let high = 0x1b873593 | 0;
  const take = (value: number): void => {
    low = Math.imul(low ^ value, 0x85ebca6b);
    low ^= low >>> 15;
    high = Math.imul(high ^ value ^ (low >>> 7), 0xc2b2ae35);
    high ^= high >>> 13;
  };
  const takeCell = (column: Column, slot: number): void => take(column.hash(slot, low));
  for (const table of tables) {
    take(table.plan.id);
    for (const sequence of table.sequences) take(sequence.position % 0x1_0000_0000);
    const { isLogged, logged } = recordColumnsOf(table.plan);
    if (!isLogged) continue;
    for (let slot = 0; slot < table.slotCount; slot++) {
      if (table.live[slot] === 0) continue;
      take(slot);
      for (const position of logged) takeCell(table.columns[position]!, slot);
    }
  }
  return [high, low].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}
