import type { CommitRecord } from '../store/index.ts';
import type { PieceJobs } from './piece-jobs.ts';

/** Others who encode pieces, from replicas of their own, while the tick's thread does something else. */
export interface PieceWorkers {
  /** False: there is none that has all records up to now, and jobs are not taken. */
  readonly isReady: boolean;
  /** How many there are: jobs are dealt out to so many lists. */
  readonly laneCount: number;
  /** Hands the record of a tick on, and by lane its jobs; null: it has none. To be called for each record. */
  post(record: CommitRecord, jobs: readonly PieceJobs[] | null): void;
  /**
   * Calls `take` for each lane that has done its jobs of the last `post` since the last `collect`. Returns true when none is awaited any more.
   */
  collect(take: (done: DoneJobs) => void): boolean;
  /** What is still awaited is no longer wanted. */
  giveUp(): void;
}

/** What a lane has encoded. Valid during the call. */
export interface DoneJobs {
  /** The pieces, one after another. */
  readonly bytes: Uint8Array;
  /** u32[2 * count]: by job the number of its page, and where its piece ends in `bytes`. */
  readonly ends: Uint32Array;
  readonly count: number;
}
