import { rebuildDerived } from './rebuild-derived.ts';
import type { Table } from './table.ts';
import { undoEntry } from './undo-entry.ts';
import { ENTRY_LENGTH, STATE_MUTATING, type UndoLog } from './undo-log.ts';

/**
 * Undoes all that the open transaction wrote, newest first. When a write was cut in half, only what is truth is put back, and what
 * is derived is made anew from it. A roll-back that is itself stopped is begun again with the entries that are left; its state is then to
 * be STATE_MUTATING.
 */
export function rollBack(tables: readonly Table[], undo: UndoLog): void {
  const isTorn = undo.state === STATE_MUTATING;
  undo.state = STATE_MUTATING;
  const { entries } = undo;
  for (let entry = undo.count - 1; entry >= 0; entry--) {
    const at = entry * ENTRY_LENGTH;
    const table = tables[entries[at + 1]!]!;
    undoEntry(table, entries[at]!, entries[at + 2]!, entries[at + 3]!, entries[at + 4]!, isTorn);
    undo.count = entry;
  }
  for (const position of undo.tables) {
    const table = tables[position]!;
    table.undoCounters();
    if (isTorn) rebuildDerived(table);
  }
}
