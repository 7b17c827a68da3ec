import type { CachedRow } from './cached-row.ts';
import type { Row } from './row.ts';

/** An index over cached rows. The table takes a row out before its key changes and puts it in afterwards. */
export interface CacheIndex {
  add(entry: CachedRow): void;
  remove(entry: CachedRow): void;
  /** True when both rows have the same key here, so that nothing needs to move. */
  isSameKey(before: Row, after: Row): boolean;
  /** A row has other values under the same key. */
  replaced(): void;
}
