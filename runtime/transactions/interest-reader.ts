import { INTEREST_CENTRES, INTEREST_NONE } from '../store/index.ts';
import { ReadLog } from './read-log.ts';

/**
 * Takes in what the interest function returned: null or undefined, one centre, or several. A centre is a row of a spatial table that
 * the function looked up, whatever its columns are called, or an object { x, y, space? }.
 */
export class InterestReader {
  readonly reads = new ReadLog();
  /** f64: space, x, y of each. */
  readonly centres = new Float64Array(3 * CENTRES_MAX);
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
    const centres = list.map((item) => this.#centreOf(item));
    centres.forEach((centre, place) => this.centres.set(centre, 3 * place));
    this.centreCount = centres.length;
    return centres.length === 0 ? INTEREST_NONE : INTEREST_CENTRES;
  }

  #centreOf(item: unknown): readonly number[] {
    if (typeof item !== 'object' || item === null) throw new Error('interest returned something that is no place');
    const table = this.reads.tableOfRow(item);
    const values = item as Record<string, unknown>;
    let centre: unknown[];
    if (table === undefined) {
      centre = [values['space'] ?? 0, values['x'], values['y']];
    } else {
      const { spatial, columns } = table;
      if (spatial?.kind !== 'position')
        throw new Error(`interest returned a row of ${table.name}, which has no position`);
      const space = spatial.space === null ? 0 : values[columns[spatial.space]!.accessor];
      centre = [space, values[columns[spatial.x]!.accessor], values[columns[spatial.y]!.accessor]];
    }
    if (!centre.every((value) => typeof value === 'number' && Number.isFinite(value))) {
      throw new Error('interest returned a place whose space, x and y are not all finite numbers');
    }
    return centre as number[];
  }
}

export const CENTRES_MAX = 16;
