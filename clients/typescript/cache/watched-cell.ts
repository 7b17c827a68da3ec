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
}
