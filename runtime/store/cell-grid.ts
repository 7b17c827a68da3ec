import { assert } from '@tickbase/base';
import { SortedSlots } from './sorted-slots.ts';
import type { GridView } from './table-view.ts';

/**
 * The grid of a spatial table. `cellOfSlot` is truth, as columns are: which cell a row is in depends on where it came from, since
 * it leaves its cell only 1/16 of a cell past the border. So are the cells' numbers. The lists of slots by cell and the directory of cells are
 * derived from them.
 */
export class CellGrid implements GridView {
  /** Edge of a cell in world units. */
  readonly cellSize: number;
  /** Coordinates from -reach to reach are surely within the grid. */
  readonly reach: number;
  cellCount = 0;
  cellOfSlot: Int32Array;
  cellSpace: Uint32Array = new Uint32Array(CELLS_FIRST);
  cellX: Int32Array = new Int32Array(CELLS_FIRST);
  cellY: Int32Array = new Int32Array(CELLS_FIRST);
  /**
   * f32[2 * cells], world units: x and y of each cell's middle, off by no more than MIDDLE_ERROR_CELLS; NaN where a float is too coarse for that.
   * Near one another, and with no product to make: for the loop that looks at every row.
   */
  cellMiddles: Float32Array = new Float32Array(2 * CELLS_FIRST);
  readonly #slotsOfCell: SortedSlots[] = [];
  /** Open addressing: cell id + 1, 0 where nothing is; its length is a power of two. */
  #places = new Int32Array(CELLS_FIRST * 2);

  constructor(cellSize: number, rowCapacity: number) {
    this.cellSize = cellSize;
    this.reach = Math.min(cellSize * (CELL_NUMBER_MAX - 1), F32_MAX);
    this.cellOfSlot = new Int32Array(rowCapacity).fill(NO_CELL);
  }

  grow(rowCapacity: number): void {
    const old = this.cellOfSlot;
    const larger = new Int32Array(rowCapacity);
    larger.set(old);
    larger.fill(NO_CELL, old.length);
    this.cellOfSlot = larger;
  }

  /** The cell of a row that was in `current` (or NO_CELL) and is at a point now. Gives new cells their ids. */
  cellAt(current: number, space: number, x: number, y: number): number {
    if (current !== NO_CELL && this.cellSpace[current] === space && this.#isNear(current, x, y)) return current;
    return this.#cellFor(space, Math.floor(x / this.cellSize), Math.floor(y / this.cellSize));
  }

  /** True when a cell number exists for the coordinate. */
  isInReach(coordinate: number): boolean {
    const cell = Math.floor(coordinate / this.cellSize);
    return cell >= -CELL_NUMBER_MAX && cell <= CELL_NUMBER_MAX;
  }

  /** Moves a slot to a cell; NO_CELL takes it off the grid. */
  place(slot: number, cell: number): void {
    const current = this.cellOfSlot[slot]!;
    if (current === cell) return;
    if (current !== NO_CELL) this.#slotsOfCell[current]!.remove(slot);
    this.cellOfSlot[slot] = cell;
    if (cell !== NO_CELL) this.#slotsOfCell[cell]!.add(slot);
  }

  /** Makes the lists and the directory anew from `cellOfSlot` and the cells. */
  rebuild(slotCount: number): void {
    const places = new Int32Array(this.cellX.length * 2);
    for (let cell = 0; cell < this.cellCount; cell++) this.#enter(places, cell);
    this.#places = places;
    for (const list of this.#slotsOfCell) list.clear();
    for (let slot = 0; slot < slotCount; slot++) {
      const cell = this.cellOfSlot[slot]!;
      if (cell !== NO_CELL) this.#slotsOfCell[cell]!.add(slot);
    }
  }

  findCell(space: number, cellX: number, cellY: number): number {
    const places = this.#places;
    const last = places.length - 1;
    let at = hashCell(space, cellX, cellY) & last;
    for (;;) {
      const cell = places[at]! - 1;
      if (cell === NO_CELL) return NO_CELL;
      if (this.cellX[cell] === cellX && this.cellY[cell] === cellY && this.cellSpace[cell] === space) return cell;
      at = (at + 1) & last;
    }
  }

  slotsInCell(cellId: number): readonly number[] {
    const slots: number[] = [];
    this.collectCell(cellId, slots);
    return slots;
  }

  /** Appends the slots of a cell to `out`, ascending. */
  collectCell(cellId: number, out: number[]): void {
    this.#slotsOfCell[cellId]!.collectAll(out);
  }

  /** Appends the slots of all cells that may hold a row within `radius` of a point; not in order across cells. */
  collectAround(space: number, x: number, y: number, radius: number, out: number[]): void {
    const reach = radius + this.cellSize * HYSTERESIS_CELLS;
    const fromX = Math.floor((x - reach) / this.cellSize);
    const toX = Math.floor((x + reach) / this.cellSize);
    const fromY = Math.floor((y - reach) / this.cellSize);
    const toY = Math.floor((y + reach) / this.cellSize);
    if ((toX - fromX + 1) * (toY - fromY + 1) > this.cellCount) {
      for (let cell = 0; cell < this.cellCount; cell++) {
        const cellX = this.cellX[cell]!;
        const cellY = this.cellY[cell]!;
        const isInside = cellX >= fromX && cellX <= toX && cellY >= fromY && cellY <= toY;
        if (isInside && this.cellSpace[cell] === space) this.collectCell(cell, out);
      }
      return;
    }
    const slack = this.cellSize * HYSTERESIS_CELLS;
    for (let cellY = fromY; cellY <= toY; cellY++) {
      const bottom = cellY * this.cellSize;
      const dy = distanceTo(bottom - slack, bottom + this.cellSize + slack, y);
      for (let cellX = fromX; cellX <= toX; cellX++) {
        const left = cellX * this.cellSize;
        const dx = distanceTo(left - slack, left + this.cellSize + slack, x);
        if (dx * dx + dy * dy > radius * radius) continue; // a corner that the circle does not reach
        const cell = this.findCell(space, cellX, cellY);
        if (cell !== NO_CELL) this.collectCell(cell, out);
      }
    }
  }

  #isNear(cell: number, x: number, y: number): boolean {
    const slack = this.cellSize * HYSTERESIS_CELLS;
    const left = this.cellX[cell]! * this.cellSize;
    const bottom = this.cellY[cell]! * this.cellSize;
    return (
      x >= left - slack && x < left + this.cellSize + slack && y >= bottom - slack && y < bottom + this.cellSize + slack
    );
  }

  #cellFor(space: number, cellX: number, cellY: number): number {
    const found = this.findCell(space, cellX, cellY);
    if (found !== NO_CELL) return found;
    const cell = this.cellCount;
    if (cell === this.cellX.length) this.#growCells();
    this.cellSpace[cell] = space;
    this.cellX[cell] = cellX;
    this.cellY[cell] = cellY;
    this.cellMiddles[2 * cell] = this.#middleOf(cellX);
    this.cellMiddles[2 * cell + 1] = this.#middleOf(cellY);
    this.#slotsOfCell[cell] = new SortedSlots();
    this.cellCount++;
    assert(this.cellCount * 2 <= this.#places.length, 'the cell directory is full');
    this.#enter(this.#places, cell);
    return cell;
  }

  #middleOf(number: number): number {
    const middle = (number + 0.5) * this.cellSize;
    return Math.abs(Math.fround(middle) - middle) <= MIDDLE_ERROR_CELLS * this.cellSize ? middle : Number.NaN;
  }

  #growCells(): void {
    const capacity = this.cellX.length * 2;
    const cellSpace = widened(this.cellSpace, new Uint32Array(capacity));
    const cellX = widened(this.cellX, new Int32Array(capacity));
    const cellY = widened(this.cellY, new Int32Array(capacity));
    const cellMiddles = widened(this.cellMiddles, new Float32Array(2 * capacity));
    const places = new Int32Array(capacity * 2);
    for (let cell = 0; cell < this.cellCount; cell++) this.#enter(places, cell);
    this.cellSpace = cellSpace;
    this.cellX = cellX;
    this.cellY = cellY;
    this.cellMiddles = cellMiddles;
    this.#places = places;
  }

  #enter(places: Int32Array, cell: number): void {
    const last = places.length - 1;
    let at = hashCell(this.cellSpace[cell]!, this.cellX[cell]!, this.cellY[cell]!) & last;
    while (places[at] !== 0) at = (at + 1) & last;
    places[at] = cell + 1;
  }
}

export const NO_CELL = -1;

/** How far past its cell's border a row may be and stay in it, in cells. */
export const HYSTERESIS_CELLS = 1 / 16;
/** A small part of the hysteresis: so much is left to whoever looks at middles. */
export const MIDDLE_ERROR_CELLS = HYSTERESIS_CELLS / 256;

/** A power of two. */
const CELLS_FIRST = 64;
/** Bound of a cell's number on either side, a little inside of 32 bits so that neighbours have numbers, too. */
const CELL_NUMBER_MAX = 2 ** 31 - 1024;
const F32_MAX = 3.4028234663852886e38;

/** How far a number lies from a span; 0 within it. The ends are reckoned as in `#isNear`: no row of the cell is nearer. */
function distanceTo(start: number, end: number, at: number): number {
  return at < start ? start - at : at > end ? at - end : 0;
}

function hashCell(space: number, cellX: number, cellY: number): number {
  let hash = Math.imul(cellX, 0x85ebca6b) ^ Math.imul(cellY, 0xc2b2ae35) ^ Math.imul(space, 0x27d4eb2f);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x9e3779b1);
  return hash ^ (hash >>> 13);
}

function widened<T extends Int32Array | Uint32Array | Float32Array>(old: T, fresh: T): T {
  fresh.set(old);
  return fresh;
}
