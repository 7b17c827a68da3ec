import type { LeaveReason } from '../cache/row-change.ts';

/**
 * What a component is told of the rows of its query. A row that begins to satisfy the query is an insert, one that ceases to is a delete
 * with the reason `outOfView`, whatever it is for the table. Rows that are there already when a component asks for them are told of by nobody.
 */
export interface QueryCallbacks<R> {
  readonly onInsert?: ((row: R) => void) | undefined;
  readonly onUpdate?: ((before: R, after: R) => void) | undefined;
  readonly onDelete?: ((row: R, reason: LeaveReason) => void) | undefined;
  /** The server has refused the query. Left out, the error goes to the connection's error handler. */
  readonly onError?: ((error: Error) => void) | undefined;
}
