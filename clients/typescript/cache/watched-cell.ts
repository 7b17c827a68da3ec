/**
 * A square of a spatial table that the server keeps this client informed of: x from `cellX * edge` up to `(cellX + 1) * edge`,
 * y alike. A row near the border of two cells may be told of by its old one for a sixteenth of an edge beyond it.
 */
export interface WatchedCell {
  /** The rows' value of the table's space column; 0 without one. */
  readonly space: number;
  readonly cellX: number;
  readonly cellY: number;
  /** In the unit of the table's x and y. */
  readonly edge: number;
  /**
   * The tick in which the server told of it last: its rows are what they were then. What is far, and what had no room in the client's bytes
   * a second, may have changed since; a near cell has not.
   */
  readonly tick: number;
}
