import type { SpatialPlan, TablePlan } from '@tickbase/schema/plan';
import { CellGrid, HYSTERESIS_CELLS, MIDDLE_ERROR_CELLS } from './cell-grid.ts';
import type { Column } from './column.ts';
import { describeValue } from './describe-value.ts';
import { storeError } from './store-error.ts';

/** Where the rows of a spatial table stand: the columns that say so, and the grid. */
export class RowPlace {
  readonly grid: CellGrid;
  readonly x: Column;
  readonly y: Column;
  readonly space: Column | null;
  /** Scratch: who may have moved, as slots or as places in a list. */
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
   * Notes the cells of the live rows of a list, from place `start` to before `end`, before and after, i32[>= end] each. `isMoving`: gives those the
   * cells in which they stand by now. Most rows stay: who may have moved is found first, in a loop without calls.
   */
  moveAll(
    slots: Uint32Array,
    start: number,
    end: number,
    isMoving: boolean,
    before: Int32Array,
    after: Int32Array,
  ): void {
    const { cellOfSlot } = this.grid;
    for (let i = start; i < end; i++) before[i] = after[i] = cellOfSlot[slots[i]!]!;
    if (!isMoving) return;
    this.#reserve(end - start);
    const moved = this.#moved;
    const movedCount = this.#collectMoved(slots, start, end);
    for (let m = 0; m < movedCount; m++) {
      const i = moved[m]!;
      after[i] = this.#move(slots[i]!);
    }
  }

  /** The same for the rows in the slots from `start` to before `end`, all of them alive; their cells come to `first` and behind it. */
  moveRun(start: number, end: number, first: number, isMoving: boolean, before: Int32Array, after: Int32Array): void {
    const { grid, space, x, y } = this;
    const { cellOfSlot } = grid;
    const cells = cellOfSlot.subarray(start, end);
    before.set(cells, first);
    after.set(cells, first);
    if (!isMoving) return;
    this.#reserve(end - start);
    const moved = this.#moved;
    const nearM = grid.cellSize * SURELY_NEAR;
    const xs = x.data as Float32Array;
    const ys = y.data as Float32Array;
    const movedCount =
      space === null
        ? collectFar(xs, ys, cellOfSlot, grid.cellMiddles, nearM, start, end, moved)
        : collectFarOrElsewhere(xs, ys, space.data as Uint32Array, grid, nearM, start, end, moved);
    for (let m = 0; m < movedCount; m++) {
      const slot = moved[m]!;
      after[first + slot - start] = this.#move(slot);
    }
  }

  /** Returns the cell in which the row stands from here on. */
  #move(slot: number): number {
    const cell = this.cellOf(slot, this.grid.cellOfSlot[slot]!);
    this.grid.place(slot, cell);
    return cell;
  }

  #reserve(count: number): void {
    if (this.#moved.length < count) this.#moved = new Uint32Array(2 ** Math.ceil(Math.log2(count)));
  }

  /** Writes the places of those that may have left their cells to `#moved`; returns how many these are. */
  #collectMoved(slots: Uint32Array, start: number, end: number): number {
    const { grid, space } = this;
    const { cellOfSlot, cellMiddles, cellSpace, cellSize } = grid;
    const nearM = cellSize * SURELY_NEAR;
    const xs = this.x.data as Float32Array;
    const ys = this.y.data as Float32Array;
    const spaces = space === null ? null : (space.data as Uint32Array);
    const moved = this.#moved;
    let movedCount = 0;
    for (let i = start; i < end; i++) {
      const slot = slots[i]!;
      const cell = cellOfSlot[slot]!;
      const isNear =
        Math.abs(xs[slot]! - cellMiddles[2 * cell]!) < nearM &&
        Math.abs(ys[slot]! - cellMiddles[2 * cell + 1]!) < nearM;
      if (!isNear || (spaces !== null && spaces[slot] !== cellSpace[cell])) moved[movedCount++] = i;
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

/** A row that is no farther from its cell's middle, in cells, stays, however the middle is rounded; of the others `cellAt` decides. */
const SURELY_NEAR = 0.5 + HYSTERESIS_CELLS - 2 * MIDDLE_ERROR_CELLS;

/** Writes the slots whose row may have left its cell to `out`; returns how many. Four at a time, as nearly all stay. */
function collectFar(
  xs: Float32Array,
  ys: Float32Array,
  cellOfSlot: Int32Array,
  middles: Float32Array,
  nearM: number,
  start: number,
  end: number,
  out: Uint32Array,
): number {
  let count = 0;
  let slot = start;
  for (; slot + 4 <= end; slot += 4) {
    const a = cellOfSlot[slot]! << 1;
    const b = cellOfSlot[slot + 1]! << 1;
    const c = cellOfSlot[slot + 2]! << 1;
    const d = cellOfSlot[slot + 3]! << 1;
    if (
      Math.abs(xs[slot]! - middles[a]!) < nearM &&
      Math.abs(ys[slot]! - middles[a + 1]!) < nearM &&
      Math.abs(xs[slot + 1]! - middles[b]!) < nearM &&
      Math.abs(ys[slot + 1]! - middles[b + 1]!) < nearM &&
      Math.abs(xs[slot + 2]! - middles[c]!) < nearM &&
      Math.abs(ys[slot + 2]! - middles[c + 1]!) < nearM &&
      Math.abs(xs[slot + 3]! - middles[d]!) < nearM &&
      Math.abs(ys[slot + 3]! - middles[d + 1]!) < nearM
    ) {
      continue;
    }
    count = addFar(xs, ys, cellOfSlot, middles, nearM, slot, slot + 4, out, count);
  }
  return addFar(xs, ys, cellOfSlot, middles, nearM, slot, end, out, count);
}

function addFar(
  xs: Float32Array,
  ys: Float32Array,
  cellOfSlot: Int32Array,
  middles: Float32Array,
  nearM: number,
  start: number,
  end: number,
  out: Uint32Array,
  outCount: number,
): number {
  let count = outCount;
  for (let slot = start; slot < end; slot++) {
    const middle = cellOfSlot[slot]! << 1;
    if (!(Math.abs(xs[slot]! - middles[middle]!) < nearM && Math.abs(ys[slot]! - middles[middle + 1]!) < nearM)) {
      out[count++] = slot;
    }
  }
  return count;
}

/** As `collectFar`, where rows stand in spaces: those in another one than their cell's, too. */
function collectFarOrElsewhere(
  xs: Float32Array,
  ys: Float32Array,
  spaces: Uint32Array,
  { cellOfSlot, cellMiddles, cellSpace }: CellGrid,
  nearM: number,
  start: number,
  end: number,
  out: Uint32Array,
): number {
  let count = 0;
  for (let slot = start; slot < end; slot++) {
    const cell = cellOfSlot[slot]!;
    const isNear =
      Math.abs(xs[slot]! - cellMiddles[2 * cell]!) < nearM && Math.abs(ys[slot]! - cellMiddles[2 * cell + 1]!) < nearM;
    if (!isNear || spaces[slot] !== cellSpace[cell]) out[count++] = slot;
  }
  return count;
}
