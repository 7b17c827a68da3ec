import type { SpatialPlan, TablePlan } from '@tickbase/schema/plan';
import { CellGrid } from './cell-grid.ts';
import type { Column } from './column.ts';
import { describeValue } from './describe-value.ts';
import { storeError } from './store-error.ts';

/** Where the rows of a spatial table stand: the columns that say so, and the grid. */
export class RowPlace {
  readonly grid: CellGrid;
  readonly x: Column;
  readonly y: Column;
  readonly space: Column | null;

  constructor(spatial: Extract<SpatialPlan, { kind: 'position' }>, columns: readonly Column[], rowCapacity: number) {
    this.grid = new CellGrid(spatial.cell, rowCapacity);
    this.x = columns[spatial.x]!;
    this.y = columns[spatial.y]!;
    this.space = spatial.space === null ? null : columns[spatial.space]!;
  }

  /** The cell of a row that was in `current` (or NO_CELL), by its columns. */
  cellOf(slot: number, current: number): number {
    const { x, y, space } = this;
    const number = space === null ? 0 : (space.data as Uint32Array)[slot]!;
    return this.grid.cellAt(current, number, (x.data as Float32Array)[slot]!, (y.data as Float32Array)[slot]!);
  }

  /** Throws when the coordinates in a slot are out of the grid's reach. */
  check(slot: number): void {
    this.checkColumn(this.x, slot);
    this.checkColumn(this.y, slot);
  }

  /** Throws when one coordinate, x or y, is. */
  checkColumn(column: Column, slot: number): void {
    const value = (column.data as Float32Array)[slot]!;
    if (this.grid.isInReach(value)) return;
    const isFinite = Number.isFinite(value);
    throw storeError(
      'STORE_COORDINATE',
      isFinite
        ? `${describeValue(value)} is more than 2^31 cells away from the origin`
        : `${describeValue(value)} is no coordinate`,
      { table: column.tableName, column: column.plan.name },
      isFinite
        ? 'keep positions near the origin, or give the table larger cells'
        : 'keep positions finite: look for a division by zero',
    );
  }
}

/** By column position: whether it decides a row's place on the grid. */
export function placeColumnsOf(plan: TablePlan): readonly boolean[] {
  const { spatial } = plan;
  return plan.columns.map(
    (_, position) =>
      spatial?.kind === 'position' && (position === spatial.x || position === spatial.y || position === spatial.space),
  );
}
