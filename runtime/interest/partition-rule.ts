import type { IndexPlan } from '@tickbase/schema/plan';
import type { PartitionKey } from './partition-key.ts';
import type { SlotPredicate } from './slot-predicate.ts';
import type { TableTracker } from './table-tracker.ts';

/**
 * What gives a row its partition: its grid cell, the values of some columns, both or neither (one partition for the whole
 * table), and whether a residual predicate holds. Equal texts are one partitioning.
 */
export class PartitionRule {
  readonly isCells: boolean;
  /** Column positions, ascending; the column of visibleTo is always among them. */
  readonly keyColumns: readonly number[];
  readonly residual: SlotPredicate | null;
  readonly text: string;

  constructor(isCells: boolean, keyColumns: readonly number[], residual: SlotPredicate | null) {
    this.isCells = isCells;
    this.keyColumns = keyColumns;
    this.residual = residual;
    this.text = `${isCells ? 'cells' : 'table'} [${keyColumns.join(' ')}] ${residual?.text ?? ''}`;
  }

  /** Calls `take` with every slot that may be in the partition of the key, and perhaps others. */
  forEachCandidate(tracker: TableTracker, place: number, key: PartitionKey | null, take: (slot: number) => void): void {
    const { view, places } = tracker;
    if (this.isCells) {
      const cell = places!.cellOf(place);
      if (cell < 0) return;
      if (tracker.links === null) for (const slot of places!.grid.slotsInCell(cell)) take(slot);
      else for (const target of places!.grid.slotsInCell(cell)) tracker.links.followersOf(target, take);
      return;
    }
    const index = findIndex(view.plan.indexes, this.keyColumns);
    if (key !== null && index >= 0) {
      const values = view.plan.indexes[index]!.columns.map((c) => key.values[this.keyColumns.indexOf(c)]);
      for (const slot of view.slotsByIndex(index, values)) take(slot);
      return;
    }
    for (let slot = 0; slot < view.slotCount; slot++) if (view.live[slot] === 1) take(slot);
  }
}

/** The index on key columns alone that says most: a unique one, else that of the most columns; -1: there is none. */
function findIndex(indexes: readonly IndexPlan[], keyColumns: readonly number[]): number {
  let best = -1;
  let bestRank = 0;
  for (const [i, { columns, isUnique }] of indexes.entries()) {
    if (!columns.every((c) => keyColumns.includes(c))) continue;
    const rank = isUnique ? Number.MAX_VALUE : columns.length;
    if (rank <= bestRank) continue;
    best = i;
    bestRank = rank;
  }
  return best;
}
