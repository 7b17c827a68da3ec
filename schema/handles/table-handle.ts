import type { TableLike } from '../tables/table.ts';
import type { ConstraintOptions, IndexOptions } from '../tables/table-options.ts';
import type { ColumnsEditor, ColumnsReader } from './columns-handle.ts';
import type {
  IndexHandle,
  OrderedKeyHandle,
  PointBounds,
  PrimaryKeyHandle,
  RangeBounds,
  RowsEditor,
  UniqueEditor,
  UniqueHandle,
} from './index-handles.ts';
import type { Flatten, InsertOf, PrimaryColumns, RowOf, ShapeOf, ViewOf } from './row-types.ts';

/**
 * A table in module code: `ctx.db.TABLE`. Every index has a member of its own, named by its accessor; where one of them takes a name
 * of ours, ours has a `$` before it: a table with an index called `insert` has `$insert`.
 * Handles, rows' views and iterators die with their transaction: later use throws.
 */
export type TableHandle<T extends TableLike> = Avoid<TableMembers<T>, keyof IndexMembers<T>> & IndexMembers<T>;

/** The same, for reading alone: what an interest function gets. */
export type ReadonlyTableHandle<T extends TableLike> = Avoid<
  TableReaders<RowOf<T>> & { readonly columns: ColumnsReader<T> } & SpatialReaders<T>,
  keyof IndexMembers<T>
> & {
  readonly [Accessor in keyof IndexMembers<T>]: Pick<
    IndexMembers<T>[Accessor],
    keyof IndexMembers<T>[Accessor] & ('find' | 'filter')
  >;
};

export interface TableReaders<Row> {
  /** All rows, in an order that replays keep. Rows changed on the way may or may not be seen changed. */
  iter(): IterableIterator<Row>;
  [Symbol.iterator](): IterableIterator<Row>;
  /** How many rows there are, those of this transaction included. */
  count(): bigint;
}

export interface TableWriters<Row, Insert> {
  /**
   * Inserts a row and returns it with its autoInc and default values. Throws STORE_UNIQUE_VIOLATION when its key is taken. In a table without
   * keys a row that is there already stays as it is.
   */
  insert(row: Insert): Row;
  /**
   * Inserts rows, all of them or, when one is refused, none; how many are new. Faster than as many `insert`, since no row is given
   * back.
   */
  insertMany(rows: Iterable<Insert>): number;
  /** Deletes the row that is equal in every column; whether there was one. */
  delete(row: Row): boolean;
  /** Deletes all rows; how many there were. */
  clear(): bigint;
}

/** What tables with a primary key have beside that. */
export interface TableEditor<View> {
  /** Writable views of all rows, one after another, in an order that replays keep. */
  edit(): IterableIterator<View>;
}

export interface SpatialTable<Row> {
  /**
   * The rows within `radius` of a point, its rim included, in an order that replays keep. Distances are in world units.
   * `space` left out is 0.
   */
  within(area: Circle): IterableIterator<Row>;
}

/** A circle in world units. */
export interface Circle {
  readonly x: number;
  readonly y: number;
  readonly space?: number;
  readonly radius: number;
}

type TableMembers<T extends TableLike> = TableReaders<RowOf<T>> &
  TableWriters<RowOf<T>, InsertOf<T>> &
  (HasKey<T> extends true
    ? TableEditor<ViewOf<T>> & { readonly columns: ColumnsEditor<T> }
    : { readonly columns: ColumnsReader<T> }) &
  SpatialReaders<T>;

type SpatialReaders<T extends TableLike> = T['parts']['spatial'] extends { readonly x: unknown }
  ? SpatialTable<RowOf<T>>
  : unknown;

/** The members with a `$` before those whose name is taken. */
type Avoid<Members, Taken> = [keyof Members & Taken] extends [never]
  ? Members
  : { [Name in keyof Members as Name extends Taken ? `$${Name & string}` : Name]: Members[Name] };

/** One member for each index, by accessor. */
export type IndexMembers<T extends TableLike> = Flatten<ColumnIndexes<T> & ListedIndexes<T> & ConstraintIndexes<T>>;

type ColumnIndexes<T extends TableLike> = {
  readonly [
    Name in keyof ShapeOf<T> as IsIndexed<ShapeOf<T>[Name]['inferred']['flags']> extends true ? Name : never
  ]: ColumnIndex<T, ShapeOf<T>[Name]['inferred']['value'], ShapeOf<T>[Name]['inferred']['flags']>;
};

type IsIndexed<Flags> = [Flags & ('primaryKey' | 'unique' | 'btree' | 'hash' | 'direct')] extends [never]
  ? false
  : true;

type ColumnIndex<T extends TableLike, Value, Flags> = 'primaryKey' extends Flags
  ? Unique<T, Value, 'primaryKey'> & Ordered<T, Value, Flags>
  : 'unique' extends Flags
    ? Unique<T, Value, 'unique'> & Ordered<T, Value, Flags>
    : 'btree' extends Flags
      ? Several<T, RangeBounds<[Value]>>
      : Several<T, PointBounds<[Value]>>;

type Unique<T extends TableLike, Key, Constraint> = (Constraint extends 'primaryKey'
  ? PrimaryKeyHandle<RowOf<T>, InsertOf<T>, Key>
  : UniqueHandle<RowOf<T>, Key>) &
  (HasKey<T> extends true ? UniqueEditor<Key, ViewOf<T>> : unknown);

/** A unique column with .index('btree') answers ranges, too. */
type Ordered<T extends TableLike, Value, Flags> = 'btree' extends Flags ? OrderedKeyHandle<RowOf<T>, Value> : unknown;

type Several<T extends TableLike, Bounds> = IndexHandle<RowOf<T>, Bounds> &
  (HasKey<T> extends true ? RowsEditor<Bounds, ViewOf<T>> : unknown);

type HasKey<T extends TableLike> = [PrimaryColumns<T>] extends [never] ? false : true;

type ListedIndexes<T extends TableLike> = {
  readonly [Index in T['parts']['indexes'][number] as Index['accessor']]: Index extends IndexOptions<string>
    ? Several<T, BoundsOf<T, Index>>
    : never;
};

type BoundsOf<T extends TableLike, Index extends IndexOptions<string>> = Index extends {
  readonly columns: infer Columns extends readonly string[];
}
  ? Index['algorithm'] extends 'btree'
    ? RangeBounds<ValuesOf<T, Columns>>
    : PointBounds<ValuesOf<T, Columns>>
  : Index extends { readonly column: infer Only extends string }
    ? PointBounds<ValuesOf<T, readonly [Only]>>
    : never;

type ValuesOf<T extends TableLike, Columns extends readonly string[]> = Columns extends readonly [
  infer First extends string,
  ...infer Rest extends readonly string[],
]
  ? [RowOf<T>[First], ...ValuesOf<T, Rest>]
  : [];

type ConstraintIndexes<T extends TableLike> = {
  readonly [Constraint in T['parts']['constraints'][number] as ConstraintAccessor<Constraint>]: ConstraintIndex<
    T,
    Constraint
  >;
};

type ConstraintIndex<T extends TableLike, Constraint extends ConstraintOptions<string>> = Unique<
  T,
  KeyOf<ValuesOf<T, Constraint['columns']>>,
  Constraint['constraint']
>;

/** One column: its value; several: a list of them. */
type KeyOf<Values extends readonly unknown[]> = Values extends readonly [infer Only] ? Only : Readonly<Values>;

type ConstraintAccessor<Constraint extends ConstraintOptions<string>> = Constraint extends {
  readonly accessor: infer Accessor extends string;
}
  ? Accessor
  : JoinedByAnd<Constraint['columns']>;

type JoinedByAnd<Columns extends readonly string[]> = Columns extends readonly [
  infer First extends string,
  ...infer Rest extends readonly string[],
]
  ? Rest extends readonly []
    ? First
    : `${First}And${Capitalize<JoinedByAnd<Rest>>}`
  : never;
