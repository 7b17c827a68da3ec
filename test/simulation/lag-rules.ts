import type { Plan } from '@tickbase/schema/plan';
import type { PlainCentre } from './plain-area.ts';
import type { Moment, SessionView } from './truth.ts';
import type { ToldAges, ToldPage } from './told-ages.ts';

/**
 * What of a client's cache may be older than its last section, as the module's rate tiers and byte budget allow it: far cells of streamed tables, and
 * where bytes are short all cells. A page that lags is what it was in the tick in which the client was told of it last.
 */
export class LagRules {
  /** Pages wait for bytes: any of them, for as long as it lasts. */
  readonly isShort: boolean;
  /** Rows in view may not be shown at all, since they would be too many. */
  readonly isCut: boolean;
  /** A page that may lag is told of after so many frames, at the latest. */
  readonly framesMax: number;
  /** Cells within it are told of in every frame. */
  readonly #surelyNearM: number;
  readonly #cellM: readonly (number | null)[];

  /** Null: nothing may lag. */
  static of(plan: Plan): LagRules | null {
    const { interest, tickRate } = plan;
    if (interest === null) return null;
    const rules = new LagRules(plan);
    if (tickRate === 0 && !rules.isCut) return null;
    return rules.isShort || interest.tiers.length > 0 ? rules : null;
  }

  private constructor(plan: Plan) {
    const { tiers, bytesPerSecond, rowsMax } = plan.interest!;
    this.isShort = bytesPerSecond < BYTES_ALWAYS_ENOUGH || rowsMax !== null;
    this.isCut = rowsMax !== null;
    const cells = plan.tables.flatMap(({ spatial }) => (spatial?.kind === 'position' ? [spatial.cell] : []));
    // Distances are looked at anew when a centre has gone an eighth of the smallest cell.
    this.#surelyNearM = (tiers[0]?.beyond ?? Infinity) - Math.min(...cells) / 8;
    // A client that skips frames may skip just those in which its cells are due.
    this.framesMax = 8 * Math.max(2, tiers.at(-1)?.everyTicks ?? 2);
    this.#cellM = plan.tables.map(({ spatial, isEvent, columns }) => {
      const isStreamed = columns.some(({ quantize }) => quantize !== null);
      if (isEvent || spatial === null || !(isStreamed || this.isShort)) return null;
      const placed = spatial.kind === 'follows' ? plan.tables.find(({ name }) => name === spatial.table)! : null;
      return ((placed?.spatial ?? spatial) as { cell: number }).cell;
    });
  }

  mayTableLag(position: number): boolean {
    return this.#cellM[position] !== null;
  }

  /** `cell`: of a row. */
  mayCellLag(position: number, cell: string | null, { centres }: SessionView): boolean {
    const cellM = this.#cellM[position];
    if (cell === null || cellM === null || cellM === undefined) return false;
    if (this.isShort) return true;
    return distanceM(cell, cellM, centres) > this.#surelyNearM - ROUNDING_M;
  }
}

const ROUNDING_M = 1e-6;

/** Walks have no scene that passes this. */
export const BYTES_ALWAYS_ENOUGH = 10_000_000;

/** From the nearest centre to the nearest point of a cell. */
function distanceM(cell: string, cellM: number, centres: readonly PlainCentre[]): number {
  const [space, cellX, cellY] = cell.split(',').map(Number) as [number, number, number];
  let nearest = Infinity;
  for (const centre of centres) {
    if (centre[0] !== space) continue;
    const dx = Math.max(cellX * cellM - centre[1], centre[1] - (cellX + 1) * cellM, 0);
    const dy = Math.max(cellY * cellM - centre[2], centre[2] - (cellY + 1) * cellM, 0);
    nearest = Math.min(nearest, Math.hypot(dx, dy));
  }
  return nearest;
}

/** The ages of a client's pages at one frame, for what may lag. */
export class FrameLag {
  readonly rules: LagRules;
  readonly #view: SessionView;
  readonly #tick: number;
  readonly #ages: ToldAges;
  /** By table position: by cell, the ticks of its pages. */
  readonly #tables = new Map<number, Map<string, number[]>>();

  constructor(rules: LagRules, { tick }: Moment, view: SessionView, ages: ToldAges) {
    this.rules = rules;
    this.#view = view;
    this.#tick = tick;
    this.#ages = ages;
  }

  mayCellLag(position: number, cell: string | null): boolean {
    return this.rules.mayCellLag(position, cell, this.#view);
  }

  /** By cell of those that may lag: ticks of its pages that are older than the frame. */
  oldTicks(position: number): ReadonlyMap<string, readonly number[]> {
    let cells = this.#tables.get(position);
    if (cells !== undefined) return cells;
    this.#tables.set(position, (cells = new Map()));
    for (const page of this.#ages.pages) {
      if (page.position !== position || page.cell === null || page.tick >= this.#tick) continue;
      if (!this.mayCellLag(position, page.cell)) continue;
      const ticks = cells.get(page.cell);
      if (ticks === undefined) cells.set(page.cell, [page.tick]);
      else if (!ticks.includes(page.tick)) ticks.push(page.tick);
    }
    return cells;
  }

  /** Ticks of all pages of a cell, this frame's included. */
  allTicks(position: number, cell: string): number[] {
    return this.#pagesOf(position, cell).map(({ tick }) => tick);
  }

  /** A page of the cell was announced with this frame. */
  isAnnounced(position: number, cell: string | null): boolean {
    return this.#pagesOf(position, cell).some(({ tickBefore }) => tickBefore === this.#tick);
  }

  /** Before this frame the client had been told of the cell, on each of its pages, in `from` or later. */
  wasToldSince(position: number, cell: string | null, from: number): boolean {
    return this.#pagesOf(position, cell).every(({ tickBefore }) => tickBefore >= from);
  }

  #pagesOf(position: number, cell: string | null): ToldPage[] {
    return Array.from(this.#ages.pages).filter((page) => page.position === position && page.cell === cell);
  }
}
