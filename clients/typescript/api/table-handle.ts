import type { LeaveReason } from '../cache/row-change.ts';
import type { WatchedCell } from '../cache/watched-cell.ts';

/** A removable listener of rows that come or go. */
export type RowCallback<Context, R> = (context: Context, row: R) => void;

/** `reason` tells a row that is no more from one that went out of view. */
export type DeleteCallback<Context, R> = (context: Context, row: R, reason: LeaveReason) => void;

export type UpdateCallback<Context, R> = (context: Context, before: R, after: R) => void;

/** Rows of an event table are told of once and not kept. */
export interface EventTable<R, Context> {
  onInsert(callback: RowCallback<Context, R>): void;
  removeOnInsert(callback: RowCallback<Context, R>): void;
  /** Called with a number of rows that passed while the link was down or too slow. */
  onMissed(callback: (context: Context, count: number) => void): void;
  removeOnMissed(callback: (context: Context, count: number) => void): void;
}

/** The cached rows of a table: those that the subscriptions cover. Rows are frozen, and the same object while unchanged. */
export interface RemoteTable<R, Context> {
  count(): bigint;
  iter(): IterableIterator<R>;
  [Symbol.iterator](): IterableIterator<R>;
  /**
   * The cells of a spatial table that the server keeps this client informed of, each once, in no order, as the last applied
   * section left them. A cell in which no row has stood since it came into reach is not among them: the server has had nothing
   * to tell of it. Empty for a table whose rows have no place of their own, and before the first subscription of it was applied;
   * kept while the client resumes. Made anew by each call: ask once for each transaction or frame, not for each row.
   */
  cells(): readonly WatchedCell[];
  onInsert(callback: RowCallback<Context, R>): void;
  removeOnInsert(callback: RowCallback<Context, R>): void;
  onDelete(callback: DeleteCallback<Context, R>): void;
  removeOnDelete(callback: DeleteCallback<Context, R>): void;
}

/** A table with a primary key: a row that changes is an update. */
export interface KeyedRemoteTable<R, Context> extends RemoteTable<R, Context> {
  /** Called only when the rows differ. */
  onUpdate(callback: UpdateCallback<Context, R>): void;
  removeOnUpdate(callback: UpdateCallback<Context, R>): void;
}
