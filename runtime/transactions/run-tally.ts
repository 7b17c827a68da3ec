import type { Plan } from '@tickbase/schema/plan';
import { type CallOutcome, OUTCOME_COUNT } from './world.ts';

/** How often each function of a module came to which outcome; see World.runs. */
export class RunTally {
  /** By place in `runs`: what the log calls the function. */
  readonly names: readonly string[];
  readonly runs: Float64Array;

  constructor({ reducers, systems }: Plan) {
    this.names = [...[...reducers, ...systems].map(({ accessor }) => accessor), INTEREST, STATEMENT];
    this.runs = new Float64Array(this.names.length * OUTCOME_COUNT);
  }

  count(place: number, outcome: CallOutcome): void {
    this.runs[place * OUTCOME_COUNT + outcome]!++;
  }
}

/** What the log calls the statements of SQL. */
const STATEMENT = 'sql';
/** What the log calls the interest function. */
const INTEREST = 'interest';
