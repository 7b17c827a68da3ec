import type { IndexPlan } from '@tickbase/schema/plan';
import type { TableView } from '../store/index.ts';
import type { PartitionKey } from './partition-key.ts';
import type { SlotPredicate } from './slot-predicate.ts';
import type { TableTracker } from './table-tracker.ts';
import type { ValueRange } from './value-range.ts';

/**
 * What gives a row its partition: its grid cell, the values of some columns, both or neither (one partition for the whole
 * table), whether one column is within bounds, and whether a residual predicate holds. Equal texts are one partitioning.
 */
export class PartitionRule {
  readonly isCells: boolean;
  /** Column positions, ascending; a column of visibleTo is always among them where the table has it. */
  readonly keyColumns: readonly number[];
  readonly range: ValueRange | null;
  readonly residual: SlotPredicate | null;
  /** The same for rules that differ in the bounds alone: what a changed row is looked at for. */
  readonly groupText: string;
  readonly text: string;

  constructor(
    isCells: boolean,
    keyColumns: readonly number[],
    residual: SlotPredicate | null,
    range: ValueRange | null = null,
  ) {
    this.isCells = isCells;
    this.keyColumns = keyColumns;
    this.range = range;
    this.residual = residual;
    const bounded = range === null ? '' : ` within ${range.column}`;
    this.groupText = `${isCells ? 'cells' : 'table'} [${keyColumns.join(' ')}]${bounded} ${residual?.text ?? ''}`;
    this.text = range === null ? this.groupText : `${this.groupText} ${range.text}`;
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
    const ordered = this.range === null ? -1 : view.plan.indexes.findIndex((index) => isOrderOf(index, this.range!));
    if (ordered < 0 || (key !== null && findIndex(view.plan.indexes, this.keyColumns) >= 0)) {
      forEachWithKey(view, this.keyColumns, key, take);
      return;
    }
    const { lowValue, highValue } = this.range!;
    for (const slot of view.slotsBetween(ordered, lowValue, highValue)) take(slot);
  }
}

function isOrderOf({ algorithm, columns }: IndexPlan, { column }: ValueRange): boolean {
  return algorithm === 'btree' && columns[0] === column;
}

/** Calls `take` with every live slot that may have the key's values in its columns, and perhaps others. */
export function forEachWithKey(
  view: TableView,
  keyColumns: readonly number[],
  key: PartitionKey | null,
  take: (slot: number) => void,
): void {
  const index = findIndex(view.plan.indexes, keyColumns);
  if (key !== null && index >= 0) {
    const values = view.plan.indexes[index]!.columns.map((c) => key.values[keyColumns.indexOf(c)]);
    for (const slot of view.slotsByIndex(index, values)) take(slot);
    return;
  }
  for (let slot = 0; slot < view.slotCount; slot++) if (view.live[slot] === 1) take(slot);
}

/** The index on key columns alone that says most: a unique one, else that of the most columns; -1: there is none. */
export function findIndex(indexes: readonly IndexPlan[], keyColumns: readonly number[]): number {
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
