import type { Range } from '../values/range.ts';

/** A unique column or constraint: at most one row for a key. A key of several columns is a list of its values. */
export interface UniqueHandle<Row, Key> {
  /** The row of this key as a plain object of the caller's own, or null. */
  find(key: Key): Row | null;
  /** Whether there was such a row. */
  delete(key: Key): boolean;
}

/** What unique indexes of tables with a primary key have beside that. */
export interface UniqueEditor<Key, View> {
  /** A writable view of the row: an assignment changes that column at once. Throws STORE_NO_SUCH_ROW when there is none. */
  edit(key: Key): View;
}

/** The primary key: what changes a whole row. */
export interface PrimaryKeyHandle<Row, Insert, Key> extends UniqueHandle<Row, Key> {
  /**
   * Replaces the whole row that has this row's key. Throws STORE_NO_SUCH_ROW when there is none, STORE_UNIQUE_VIOLATION when
   * another row has a unique value of its.
   */
  update(row: Row): Row;
  /** Replaces the row that has this row's key, or inserts it. */
  upsert(row: Insert): Row;
}

/** An index that finds several rows. */
export interface RowsHandle<Row, Bounds> {
  /** Rows as plain objects: by key for a btree, in slot order for others and for equal keys, so that replays agree. */
  filter(bounds: Bounds): IterableIterator<Row>;
}

/** What a unique column with a btree has beside finding by its key. */
export interface OrderedKeyHandle<Row, Value> extends RowsHandle<Row, RangeBounds<[Value]>> {
  /** Deletes the rows of a range; how many there were. */
  delete(range: Range<Value>): number;
}

/** An index that is not unique. */
export interface IndexHandle<Row, Bounds> extends RowsHandle<Row, Bounds> {
  /** How many rows were deleted. */
  delete(bounds: Bounds): number;
}

/** What indexes of tables with a primary key have beside that. */
export interface RowsEditor<Bounds, View> {
  /** Writable views of the rows, one after another. */
  edit(bounds: Bounds): IterableIterator<View>;
}

/**
 * What a btree finds by: a value or a range of its first column, or a list of values from the left, of which the last may be a
 * range.
 */
export type RangeBounds<Keys extends readonly unknown[]> = Keys extends readonly [infer Only]
  ? Only | Range<Only>
  : Keys extends readonly [infer First, ...unknown[]]
    ? First | Range<First> | Prefixes<Keys>
    : never;

/** What a hash or direct index finds by: the whole key. */
export type PointBounds<Keys extends readonly unknown[]> = Keys extends readonly [infer Only] ? Only : Readonly<Keys>;

type Prefixes<Keys extends readonly unknown[], Before extends readonly unknown[] = []> = Keys extends readonly [
  infer Key,
  ...infer Rest,
]
  ? readonly [...Before, Key | Range<Key>] | Prefixes<Rest, [...Before, Key]>
  : never;
