import type { Source } from './compile-query.ts';
import type { Places } from './places.ts';

/** Cells on either side of a centre, at most: bounds what one viewer may hold of one grid. */
export const REACH_CELLS_MAX = 63;

/** How far outside its cell a row may stand, in cells (see GridView). */
const CELL_SLACK = 1 / 16;

/**
 * The cells of one grid that a viewer watches within one radius of its centres. A cell is taken once any part of it may
 * hold a row within the radius, and dropped once it is a whole cell farther away.
 */
export class Reach {
  readonly places: Places;
  readonly radiusM: number;
  readonly sources: Source[] = [];
  /** By place: how many centres hold it. */
  private readonly holders = new Map<number, number>();
  private windows: CentreWindow[] = [];

  constructor(places: Places, radiusM: number) {
    this.places = places;
    this.radiusM = radiusM;
  }

  get heldPlaces(): Iterable<number> {
    return this.holders.keys();
  }

  /** True when the centres are so near to where they were at the last update that it would change nothing. */
  isSettled(centres: Float64Array, count: number): boolean {
    const { windows } = this;
    if (windows.length !== count) return false;
    for (let i = 0; i < count; i++) {
      const window = windows[i]!;
      if (window.space !== centres[3 * i] || !window.isWithinSlack(centres[3 * i + 1]!, centres[3 * i + 2]!)) {
        return false;
      }
    }
    return true;
  }

  /** Follows the centres (f64[3 * count]: space, x, y), and tells which places came into reach and which went out of it. */
  update(centres: Float64Array, count: number, onTake: (place: number) => void, onDrop: (place: number) => void): void {
    const before = this.windows;
    const after: CentreWindow[] = [];
    for (let i = 0; i < count; i++) {
      const [space, x, y] = [centres[3 * i]!, centres[3 * i + 1]!, centres[3 * i + 2]!];
      const old = before[i]?.space === space ? before[i]! : null;
      after.push(old?.isWithinSlack(x, y) ? old : new CentreWindow(space, x, y, this.places.cellM, this.radiusM, old));
    }
    this.windows = after;
    for (let i = 0; i < after.length; i++) {
      if (after[i] === before[i]) continue;
      after[i]!.forEachHeld((space, cellX, cellY) => {
        if (before[i]?.isHeld(space, cellX, cellY)) return;
        const place = this.places.at(space, cellX, cellY);
        const holders = this.holders.get(place) ?? 0;
        this.holders.set(place, holders + 1);
        if (holders === 0) onTake(place);
      });
    }
    for (let i = 0; i < before.length; i++) {
      if (after[i] === before[i]) continue;
      before[i]!.forEachHeld((space, cellX, cellY) => {
        if (after[i]?.isHeld(space, cellX, cellY)) return;
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
}

/** True when a radius fits the bound on cells. */
export function fitsReach(radiusM: number, cellM: number): boolean {
  return Math.ceil(radiusM / cellM) + 2 <= REACH_CELLS_MAX;
}

/** The held cells round one centre: a square of flags. */
class CentreWindow {
  readonly space: number;
  private readonly x: number;
  private readonly y: number;
  private readonly originX: number;
  private readonly originY: number;
  private readonly size: number;
  /** u8[size * size], row by row: 1: held. */
  private readonly held: Uint8Array;
  /** Moving the centre by less than this changes nothing. */
  private slackM: number;

  constructor(space: number, x: number, y: number, cellM: number, radiusM: number, old: CentreWindow | null) {
    this.space = space;
    this.x = x;
    this.y = y;
    // One ring for the hysteresis, one for the rows that stand outside their cell.
    const half = Math.ceil(radiusM / cellM) + 2;
    this.size = 2 * half + 1;
    this.originX = Math.floor(x / cellM) - half;
    this.originY = Math.floor(y / cellM) - half;
    this.held = new Uint8Array(this.size * this.size);
    this.slackM = cellM;
    for (let row = 0; row < this.size; row++) {
      const dy = outside(y, (this.originY + row) * cellM, cellM);
      for (let column = 0; column < this.size; column++) {
        const dx = outside(x, (this.originX + column) * cellM, cellM);
        const distanceM = Math.sqrt(dx * dx + dy * dy);
        const wasHeld = old?.isHeld(space, this.originX + column, this.originY + row) ?? false;
        const limitM = wasHeld ? radiusM + cellM : radiusM;
        if (distanceM <= limitM) this.held[row * this.size + column] = 1;
        // A cell taken now is kept by the wider limit from here on.
        const nextLimitM = distanceM <= limitM ? radiusM + cellM : radiusM;
        this.slackM = Math.min(this.slackM, Math.abs(nextLimitM - distanceM));
      }
    }
  }

  isWithinSlack(x: number, y: number): boolean {
    const dx = x - this.x;
    const dy = y - this.y;
    return dx * dx + dy * dy < this.slackM * this.slackM;
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

/** How far a coordinate is outside a cell's side and what rows may stand over it; 0 inside. */
function outside(coordinate: number, low: number, cellM: number): number {
  const overM = cellM * CELL_SLACK;
  return Math.max(low - overM - coordinate, coordinate - (low + cellM + overM), 0);
}
