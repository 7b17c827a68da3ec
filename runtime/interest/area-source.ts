/**
 * Where a viewer stands: the module's interest function, run read-only between ticks. The world of
 * runtime/transactions is one.
 */
export interface AreaSource {
  /** Runs the function for a caller; one of INTEREST_* of runtime/store/interest-outcome.ts. */
  interestOf(caller: number): number;
  /** f64[>= 3 * centreCount]: space, x, y of each centre of the last run. */
  readonly centres: Float64Array;
  readonly centreCount: number;
  /** i32[>= 2 * readCount]: the rows that the last run read, as pairs (table position, slot); slot -1: the whole table. */
  readonly reads: Int32Array;
  readonly readCount: number;
}
