/**
 * Where a viewer stands: the module's interest function, run read-only between ticks. The world of
 * runtime/transactions is one.
 */
export interface AreaSource {
  /** The callers of whom `interestOf` will be asked next, for a source that answers many at once for less. */
  prepare?(callers: readonly number[]): void;
  /** Runs the function for a caller; one of INTEREST_* of runtime/store/interest-outcome.ts. */
  interestOf(caller: number): number;
  /** f64[>= 3 * centreCount]: space, x, y of each centre of the last run. */
  readonly centres: Float64Array;
  /** i32[>= 2 * centreCount]: the row that each centre moves with, as a pair (table position, slot); -1, -1: it stays where it is. */
  readonly centreRows: Int32Array;
  readonly centreCount: number;
  /** i32[>= 2 * readCount]: the rows that the last run read, as pairs (table position, slot); slot -1: the whole table. */
  readonly reads: Int32Array;
  /** u32[>= readCount]: the columns that it looked at in each; bit c: column c, bit 31: column 31 and all after it. */
  readonly readColumns: Uint32Array;
  readonly readCount: number;
}
