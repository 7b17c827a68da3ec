import type { SpatialPlan, TablePlan } from '@tickbase/schema/plan';
import { CellGrid, HYSTERESIS_CELLS } from './cell-grid.ts';
import type { Column } from './column.ts';
import { describeValue } from './describe-value.ts';
import { storeError } from './store-error.ts';

/** Where the rows of a spatial table stand: the columns that say so, and the grid. */
export class RowPlace {
  readonly grid: CellGrid;
  readonly x: Column;
  readonly y: Column;
  readonly space: Column | null;
  /** Scratch of `moveAll`: places in its list. */
  #moved = new Uint32Array(0);

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

  /**
   * Gives the live rows of a list, from place `start` to before `end`, the cells in which they stand by now; notes their cells before and
   * after, i32[>= end] each. Most rows stay: who may have moved is found first, in a loop without calls.
   */
  moveAll(slots: Uint32Array, start: number, end: number, before: Int32Array, after: Int32Array): void {
    const { cellOfSlot } = this.grid;
    if (this.#moved.length < end - start) this.#moved = new Uint32Array(2 ** Math.ceil(Math.log2(end - start)));
    const moved = this.#moved;
    const movedCount = this.#collectMoved(slots, start, end, before);
    after.set(before.subarray(start, end), start);
    for (let m = 0; m < movedCount; m++) {
      const i = moved[m]!;
      const slot = slots[i]!;
      const cell = this.cellOf(slot, cellOfSlot[slot]!);
      after[i] = cell;
      this.grid.place(slot, cell);
    }
  }

  /**
   * Writes the rows' cells to `before`, and the places of those that may have left theirs to `#moved`; returns how many these are. By itself:
   * what V8 compiles for a long loop it drops again, call by call, when other code follows that it has not seen run.
   */
  #collectMoved(slots: Uint32Array, start: number, end: number, before: Int32Array): number {
    const { grid, space } = this;
    const { cellOfSlot, cellX, cellY, cellSpace } = grid;
    const cellsPerUnit = 1 / grid.cellSize;
    const surelyNear = SURELY_NEAR;
    const xs = this.x.data as Float32Array;
    const ys = this.y.data as Float32Array;
    const spaces = space === null ? null : (space.data as Uint32Array);
    const moved = this.#moved;
    let movedCount = 0;
    for (let i = start; i < end; i++) {
      const slot = slots[i]!;
      const cell = cellOfSlot[slot]!;
      before[i] = cell;
      // How far from the cell's middle, in cells; rounded, but by less than what is left to the border.
      const x = Math.abs(xs[slot]! * cellsPerUnit - cellX[cell]! - 0.5);
      const y = Math.abs(ys[slot]! * cellsPerUnit - cellY[cell]! - 0.5);
      if (!(x < surelyNear && y < surelyNear) || (spaces !== null && spaces[slot] !== cellSpace[cell])) {
        moved[movedCount++] = i;
      }
    }
    return movedCount;
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

/** A row that is no farther from its cell's middle, in cells, stays; of the others `cellAt` decides. */
const SURELY_NEAR = 0.5 + HYSTERESIS_CELLS * 0.99;
