import { assert } from '@tickbase/base';
import { NO_CELL } from './cell-grid.ts';
import type { Table } from './table.ts';
import { UNDO_CELL, UNDO_COLUMN, UNDO_DELETE, UNDO_INSERT, UNDO_MASK, UNDO_WHOLE } from './undo-log.ts';

/**
 * Undoes one entry of a table's, newest first. `isTorn`: a write was cut in half, so only what is truth is put back; rebuildDerived
 * follows. Doing it twice in a row comes to the same.
 */
export function undoEntry(
  table: Table,
  kind: number,
  slot: number,
  detail: number,
  place: number,
  isTorn: boolean,
): void {
  const { grid } = table;
  switch (kind) {
    case UNDO_COLUMN:
      undoColumn(table, slot, detail, place, isTorn);
      return;
    case UNDO_INSERT:
      if (isTorn) {
        table.live[slot] = 0;
        if (grid !== null) grid.cellOfSlot[slot] = NO_CELL;
        return;
      }
      table.fell(slot);
      if (detail === 1) table.fallen.add(slot);
      return;
    case UNDO_DELETE:
      if (isTorn) {
        table.live[slot] = 1;
        if (grid !== null) grid.cellOfSlot[slot] = detail;
        return;
      }
      if (!table.plan.isEvent) table.fallen.remove(slot);
      table.raise(slot, detail);
      return;
    case UNDO_CELL:
      if (isTorn) grid!.cellOfSlot[slot] = detail;
      else grid!.place(slot, detail);
      return;
    case UNDO_MASK:
      table.changes.masks[slot] = detail;
      return;
    case UNDO_WHOLE:
      table.undo.wholeSaveAt(place).restore();
      return;
    default:
      assert(false, 'an undo entry of unknown kind');
  }
}

function undoColumn(table: Table, slot: number, columnPosition: number, place: number, isTorn: boolean): void {
  const column = table.columns[columnPosition]!;
  const indexes = isTorn || table.live[slot] === 0 ? [] : table.derived.ofColumn[columnPosition]!;
  for (let i = 0; i < indexes.length; i++) indexes[i]!.remove(slot);
  table.undo.restoreColumn(column, slot, place);
  for (let i = 0; i < indexes.length; i++) indexes[i]!.add(slot);
}
