import type { CachedTable } from './cached-table.ts';
import type { Row } from './row.ts';

/** What a section changed for one row, in the application's terms. Event rows are inserts that nothing follows. */
export type RowChange =
  | { readonly kind: 'insert'; readonly table: CachedTable; readonly row: Row; readonly cause: ChangeCause }
  | {
      readonly kind: 'delete';
      readonly table: CachedTable;
      readonly row: Row;
      readonly cause: ChangeCause;
      readonly reason: LeaveReason;
    }
  | {
      readonly kind: 'update';
      readonly table: CachedTable;
      readonly before: Row;
      readonly row: Row;
      readonly cause: ChangeCause;
    }
  /** So many event rows passed while the client was too far behind. */
  | { readonly kind: 'missed'; readonly table: CachedTable; readonly count: number };

/** 'deleted': the row is no more. 'outOfView': it may live on where the subscriptions do not reach. */
export type LeaveReason = 'deleted' | 'outOfView';

/** 'load': by a partition that came under watch in this section; 'unwatch': by one that went; 'news': all else. */
export type ChangeCause = 'load' | 'unwatch' | 'news';
