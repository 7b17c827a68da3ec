import type { TablePlan } from '@tickbase/schema/plan';
import { INTEREST_CENTRES, INTEREST_NONE } from '../store/index.ts';
import { ReadLog, type TracedRow } from './read-log.ts';

/**
 * Takes in what the interest function returned: null or undefined, one centre, or several. A centre is a row of a spatial table that
 * the function looked up, whatever its columns are called, or an object { x, y, space? }.
 */
export class InterestReader {
  readonly reads = new ReadLog();
  /** f64: space, x, y of each. */
  readonly centres = new Float64Array(3 * CENTRES_MAX);
  /** i32: for each the row whose place it is, as a pair (table position, slot); -1, -1: a place of its own. */
  readonly centreRows = new Int32Array(2 * CENTRES_MAX);
  centreCount = 0;

  start(): ReadLog {
    this.reads.reset();
    return this.reads;
  }

  /** Throws, and keeps the centres of the time before, when there is something else than centres. */
  take(result: unknown): number {
    if (result === null || result === undefined) {
      this.centreCount = 0;
      return INTEREST_NONE;
    }
    const list: readonly unknown[] = Array.isArray(result) ? result : [result];
    if (list.length > CENTRES_MAX)
      throw new Error(`interest returned ${list.length} centres, more than ${CENTRES_MAX}`);
    const places = list.map((item) => this.#centreOf(item));
    places.forEach(({ centre, row }, place) => {
      this.centres.set(centre, 3 * place);
      this.centreRows[2 * place] = row?.table.position ?? -1;
      this.centreRows[2 * place + 1] = row?.slot ?? -1;
    });
    this.centreCount = places.length;
    return places.length === 0 ? INTEREST_NONE : INTEREST_CENTRES;
  }

  #centreOf(item: unknown): Centre {
    if (typeof item !== 'object' || item === null) throw new Error('interest returned something that is no place');
    const traced = this.reads.tracedRow(item);
    if (traced === undefined) {
      const values = item as Record<string, unknown>;
      return { centre: checked([values['space'] ?? 0, values['x'], values['y']]), row: null };
    }
    return { centre: checked(placeOf(traced.row, traced.table.plan)), row: traced.isAltered ? null : traced };
  }
}

interface Centre {
  /** Space, x, y. */
  readonly centre: readonly number[];
  /** The row that it follows from now on; null: none. */
  readonly row: TracedRow | null;
}

export const CENTRES_MAX = 16;

function placeOf(row: Record<string, unknown>, { name, spatial, columns }: TablePlan): readonly unknown[] {
  if (spatial?.kind !== 'position') throw new Error(`interest returned a row of ${name}, which has no position`);
  const space = spatial.space === null ? 0 : row[columns[spatial.space]!.accessor];
  return [space, row[columns[spatial.x]!.accessor], row[columns[spatial.y]!.accessor]];
}

function checked(centre: readonly unknown[]): readonly number[] {
  if (centre.every((value) => typeof value === 'number' && Number.isFinite(value))) return centre as readonly number[];
  throw new Error('interest returned a place whose space, x and y are not all finite numbers');
}
