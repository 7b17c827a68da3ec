import type { Source } from './compile-query.ts';
import type { Places } from './places.ts';

/** Cells on either side of a centre, at most: bounds what one viewer may hold of one grid. */
export const REACH_CELLS_MAX = 63;

/** How far outside its cell a row may stand, in cells (see GridView). */
const CELL_SLACK = 1 / 16;

/** Cells that are so much farther away than the radius, in cells, are taken together with one that has to be. */
const AHEAD = 1 / 8;

/**
 * The cells of one grid that a viewer watches within one radius of its centres. A cell is taken at the latest when any part of it may
 * hold a row within the radius, and dropped when it is a whole cell farther away. Both happen in steps, so that a walker's cells change
 * every few metres and several at a time: once one cell has to be taken, or is AHEAD farther away than it should be, all within AHEAD of the
 * radius are taken and all beyond a whole cell are dropped.
 */
export class Reach {
  readonly places: Places;
  readonly radiusM: number;
  /** What of the radius is watched at present: `radiusM`, or less of it. */
  private reachM: number;
  /** The next update is for another part of the radius. */
  private isEased = false;
  readonly sources: Source[] = [];
  /** By place: how many centres hold it. */
  private readonly holders = new Map<number, number>();
  private windows: CentreWindow[] = [];
  /** Scratch of `update`. */
  private nextWindows: CentreWindow[] = [];
  private readonly freeWindows: CentreWindow[] = [];

  constructor(places: Places, radiusM: number) {
    this.places = places;
    this.radiusM = radiusM;
    this.reachM = radiusM;
  }

  /** From the next update on this part of the radius is watched, 0 to 1. */
  ease(radiusFactor: number): void {
    const reachM = this.radiusM * radiusFactor;
    if (reachM === this.reachM) return;
    this.reachM = reachM;
    this.isEased = true;
  }

  get heldPlaces(): Iterable<number> {
    return this.holders.keys();
  }

  /** Holds what another reach of the same radius and size of cells holds. Before its first update. */
  inherit({ windows, reachM }: Reach): void {
    if (reachM !== this.reachM) this.isEased = true;
    for (const window of windows) {
      const copy = this.takeWindow().copy(window);
      this.windows.push(copy);
      copy.forEachHeld((space, cellX, cellY) => {
        const place = this.places.at(space, cellX, cellY);
        this.holders.set(place, (this.holders.get(place) ?? 0) + 1);
      });
    }
  }

  /** True when the centres are so near to where they were at the last update that it would change nothing. */
  isSettled(centres: Float64Array, count: number): boolean {
    const { windows } = this;
    if (windows.length !== count || this.isEased) return false;
    for (let i = 0; i < count; i++) {
      const window = windows[i]!;
      if (window.space !== centres[3 * i] || !window.isWithinSlack(centres[3 * i + 1]!, centres[3 * i + 2]!)) {
        return false;
      }
    }
    return true;
  }

  /** How far the i-th centre may move from where it is, in metres, before an update may change something. */
  slackM(i: number, centres: Float64Array): number {
    const window = this.windows[i];
    return window?.space === centres[3 * i] ? window!.slackFrom(centres[3 * i + 1]!, centres[3 * i + 2]!) : 0;
  }

  /** Follows the centres (f64[3 * count]: space, x, y), and tells which places came into reach and which went out of it. */
  update(centres: Float64Array, count: number, onTake: (place: number) => void, onDrop: (place: number) => void): void {
    const { windows: before, nextWindows: after } = this;
    for (let i = 0; i < count; i++) {
      const [space, x, y] = [centres[3 * i]!, centres[3 * i + 1]!, centres[3 * i + 2]!];
      const old = i < before.length && before[i]!.space === space ? before[i]! : null;
      const isSame = !this.isEased && old?.isWithinSlack(x, y);
      after.push(isSame ? old! : this.takeWindow().moveTo(space, x, y, this.reachM, old, this.isEased));
    }
    for (let i = 0; i < count; i++) if (after[i] !== before[i]) this.takeCells(after[i]!, before[i] ?? null, onTake);
    for (let i = 0; i < before.length; i++) {
      if (after[i] === before[i]) continue;
      this.dropCells(before[i]!, after[i] ?? null, onDrop);
      this.freeWindows.push(before[i]!);
    }
    this.windows = after;
    this.isEased = false;
    this.nextWindows = before;
    while (before.length > 0) before.pop();
  }

  private takeWindow(): CentreWindow {
    return this.freeWindows.pop() ?? new CentreWindow(this.places.cellM, this.radiusM);
  }

  private takeCells(window: CentreWindow, old: CentreWindow | null, onTake: (place: number) => void): void {
    if (window.heldCount === window.keptCount) return;
    window.forEachHeld((space, cellX, cellY) => {
      if (old?.isHeld(space, cellX, cellY)) return;
      const place = this.places.at(space, cellX, cellY);
      const holders = this.holders.get(place) ?? 0;
      this.holders.set(place, holders + 1);
      if (holders === 0) onTake(place);
    });
  }

  private dropCells(old: CentreWindow, window: CentreWindow | null, onDrop: (place: number) => void): void {
    if (window?.space === old.space && window.keptCount === old.heldCount) return;
    old.forEachHeld((space, cellX, cellY) => {
      if (window?.isHeld(space, cellX, cellY)) return;
      const place = this.places.at(space, cellX, cellY);
      const holders = this.holders.get(place)! - 1;
      if (holders > 0) {
        this.holders.set(place, holders);
        return;
      }
      this.holders.delete(place);
      onDrop(place);
    });
  }
}

/** True when a radius fits the bound on cells. */
export function fitsReach(radiusM: number, cellM: number): boolean {
  return Math.ceil(radiusM / cellM) + 2 <= REACH_CELLS_MAX;
}

/** The held cells round one centre: a square of flags. Used again and again for one size of cells, and a radius up to `radiusM`. */
class CentreWindow {
  space = 0;
  /** Cells that are held, and how many of them the window before had. */
  heldCount = 0;
  keptCount = 0;
  private readonly cellM: number;
  private readonly half: number;
  private readonly size: number;
  private x = 0;
  private y = 0;
  private originX = 0;
  private originY = 0;
  /** u8[size * size], row by row: 1: held. */
  private readonly held: Uint8Array;
  /** Moving the centre by less than this changes nothing. */
  private slackM = 0;
  /** Scratch, f64[size]: by column, the square of how far it is from the centre. */
  private readonly squares: Float64Array;
  /** Scratch, f64[size * size]: how far each cell is from the centre. */
  private readonly distances: Float64Array;

  constructor(cellM: number, radiusM: number) {
    this.cellM = cellM;
    // One ring for the hysteresis, one for AHEAD and the rows that stand outside their cell.
    this.half = Math.ceil(radiusM / cellM) + 2;
    this.size = 2 * this.half + 1;
    this.held = new Uint8Array(this.size * this.size);
    this.squares = new Float64Array(this.size);
    this.distances = new Float64Array(this.size * this.size);
  }

  /** The cells within `radiusM` of (x, y), by what `old` held of the same space: the same ones, unless it is time for a step or `mustStep`. */
  moveTo(space: number, x: number, y: number, radiusM: number, old: CentreWindow | null, mustStep: boolean): this {
    const { cellM, half, size, held, squares, distances } = this;
    const originX = Math.floor(x / cellM) - half;
    const originY = Math.floor(y / cellM) - half;
    const keptM = radiusM + cellM;
    const aheadM = cellM * AHEAD;
    for (let column = 0; column < size; column++) {
      const dx = outside(x, (originX + column) * cellM, cellM);
      squares[column] = dx * dx;
    }
    let isStep = old === null || mustStep;
    for (let row = 0; row < size; row++) {
      const dy = outside(y, (originY + row) * cellM, cellM);
      const square = dy * dy;
      for (let column = 0; column < size; column++) {
        const distanceM = Math.sqrt(squares[column]! + square);
        const wasHeld = old !== null && old.isHeld(space, originX + column, originY + row);
        distances[row * size + column] = distanceM;
        held[row * size + column] = wasHeld ? 1 : 0;
        if (wasHeld ? distanceM > keptM + aheadM : distanceM <= radiusM) isStep = true;
      }
    }
    let slackM = cellM;
    let heldCount = 0;
    let keptCount = 0;
    for (let at = 0; at < held.length; at++) {
      const distanceM = distances[at]!;
      let isHeld = held[at] === 1;
      if (isStep) {
        if (isHeld && distanceM <= keptM) keptCount++;
        else isHeld = distanceM <= radiusM + aheadM;
        held[at] = isHeld ? 1 : 0;
      } else if (isHeld) keptCount++;
      if (isHeld) heldCount++;
      const restM = isHeld ? keptM + aheadM - distanceM : distanceM - radiusM;
      if (restM < slackM) slackM = restM;
    }
    this.space = space;
    this.x = x;
    this.y = y;
    this.originX = originX;
    this.originY = originY;
    this.heldCount = heldCount;
    this.keptCount = keptCount;
    this.slackM = slackM;
    return this;
  }

  copy(window: CentreWindow): this {
    this.space = window.space;
    this.x = window.x;
    this.y = window.y;
    this.originX = window.originX;
    this.originY = window.originY;
    this.heldCount = window.heldCount;
    this.keptCount = window.keptCount;
    this.slackM = window.slackM;
    this.held.set(window.held);
    return this;
  }

  isWithinSlack(x: number, y: number): boolean {
    const dx = x - this.x;
    const dy = y - this.y;
    return dx * dx + dy * dy < this.slackM * this.slackM;
  }

  slackFrom(x: number, y: number): number {
    return this.slackM * ROUNDING - Math.hypot(x - this.x, y - this.y);
  }

  isHeld(space: number, cellX: number, cellY: number): boolean {
    const column = cellX - this.originX;
    const row = cellY - this.originY;
    if (space !== this.space || column < 0 || row < 0 || column >= this.size || row >= this.size) return false;
    return this.held[row * this.size + column] === 1;
  }

  forEachHeld(take: (space: number, cellX: number, cellY: number) => void): void {
    for (let at = 0; at < this.held.length; at++) {
      if (this.held[at] === 1) {
        take(this.space, this.originX + (at % this.size), this.originY + Math.floor(at / this.size));
      }
    }
  }
}

/** A slack told in two steps is a little shorter than the whole, so that rounding never makes it longer. */
const ROUNDING = 0.999;

/** How far a coordinate is outside a cell's side and what rows may stand over it; 0 inside. */
function outside(coordinate: number, low: number, cellM: number): number {
  const overM = cellM * CELL_SLACK;
  return Math.max(low - overM - coordinate, coordinate - (low + cellM + overM), 0);
}
