import type { LeaveReason } from '../cache/row-change.ts';
import type { Row } from '../cache/row.ts';

/** The callbacks of one table, in the order in which they were added. One function added twice is called twice. */
export class TableListeners {
  readonly insert: ((context: unknown, row: Row) => void)[] = [];
  readonly delete: ((context: unknown, row: Row, reason: LeaveReason) => void)[] = [];
  readonly update: ((context: unknown, before: Row, after: Row) => void)[] = [];
  readonly missed: ((context: unknown, count: number) => void)[] = [];
}

/** Removes the first occurrence; what is not there is not missed. */
export function removeFrom<T>(list: T[], item: T): void {
  const index = list.indexOf(item);
  if (index >= 0) list.splice(index, 1);
}
