import type { Range } from '@tickbase/schema/values';

/** By the primary key or a unique column. A btree is a RangeIndex, too. */
export interface UniqueIndex<R, Key> {
  find(key: Key): R | null;
}

/** By equality. */
export interface PointIndex<R, Key> {
  filter(key: Key): IterableIterator<R>;
}

/**
 * In the order of the columns. `Keys` is the tuple of the columns' types: a value or a range of the first column, or an
 * array of leading values of which the last may be a range.
 */
export interface RangeIndex<R, Keys extends readonly unknown[]> {
  filter(bounds: RangeBounds<Keys>): IterableIterator<R>;
}

export type RangeBounds<Keys extends readonly unknown[]> =
  | Keys[0]
  | Range<Keys[0]>
  | (Keys extends readonly [unknown] ? never : Prefixes<Keys>);

type Prefixes<Keys extends readonly unknown[], Before extends readonly unknown[] = []> = Keys extends readonly [
  infer First,
  ...infer Rest,
]
  ? readonly [...Before, First | Range<First>] | Prefixes<Rest, [...Before, First]>
  : never;
