import type { Table } from './table.ts';

/**
 * Makes everything derived of a table anew, from columns, live slots, the cells of slots and the entries of the change list: indexes, the
 * rows that fell in this tick, the grid's lists and directory, the count of rows, and the way from a slot to its change. Whatever these held
 * before is of no account: a stop may have come in the midst of them. Free slots are truth (who has rested since when is written
 * nowhere else) and stay.
 */
export function rebuildDerived(table: Table): void {
  const { derived, fallen, changes, live, slotCount } = table;
  fallen.clear();
  let liveCount = 0;
  for (let slot = 0; slot < slotCount; slot++) liveCount += live[slot]!;
  derived.addAll(live, slotCount, liveCount);
  table.liveCount = liveCount;
  table.grid?.rebuild(slotCount);
  changes.rebuild();
  if (table.plan.isEvent) return;
  for (let entry = 0; entry < changes.count; entry++) {
    const slot = changes.slots[entry]!;
    if (live[slot] === 0) fallen.add(slot);
  }
}
