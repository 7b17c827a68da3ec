import type { WatchedCell } from '@tickbase/client';

/** The cells that are watched of some tables, each once: the tables of this game share one grid. */
export function receivedCells(tables: Iterable<{ cells(): readonly WatchedCell[] }>): WatchedCell[] {
  const cells = new Map<string, WatchedCell>();
  for (const table of tables) {
    for (const cell of table.cells()) cells.set(`${cell.space} ${cell.cellX} ${cell.cellY}`, cell);
  }
  return [...cells.values()];
}
