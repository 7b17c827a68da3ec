import type { CrewSecond } from './bot-crew.ts';
import type { ServerSecond } from './server-figures.ts';

/** One second of a run. Null: not known, or nothing of the kind was. */
export interface SeriesPoint extends Partial<ServerSecond>, CrewSecond {
  /** Since the run began. */
  readonly atS: number;
  readonly phase: string;
  readonly joined: number;
  readonly errors: number;
  readonly mismatches: number;
}
