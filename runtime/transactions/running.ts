import type { Caller } from './caller.ts';
import type { CallOutcome, OUTCOME_NONE } from './world.ts';

/** Whose function is running. */
export interface Running {
  /** As in `runs`. */
  readonly place: number;
  readonly caller: Caller;
}

/** What is to happen when a timer comes to nothing. */
export interface AfterTimer {
  readonly finish: () => void;
  readonly place: number;
  /** What the timer came to; OUTCOME_NONE: it is running. */
  readonly outcome: CallOutcome | typeof OUTCOME_NONE;
}
