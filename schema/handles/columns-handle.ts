import type { TableLike } from '../tables/table.ts';
import type { ConstraintOptions } from '../tables/table-options.ts';
import type { ShapeOf } from './row-types.ts';

/**
 * Whole columns as arrays: for systems that go over thousands of rows. A function gets the arrays and is called for each run of rows, which
 * are the elements from `start` to before `end` of every array; elements beyond are no rows. The arrays are the table's own memory, good
 * for that call alone: take them from `columns` each time and keep none.
 */
export interface ColumnsReader<T extends TableLike> {
  read(body: (columns: ReadColumns<T>, start: number, end: number) => void): void;
}

export interface ColumnsEditor<T extends TableLike> extends ColumnsReader<T> {
  /**
   * The named columns can be written; which rows were changed is found by itself. Not for columns of a key or an index.
   * Numbers wrap as in any typed array. While `body` runs the table takes no other writes (STORE_BUSY). When `body` throws, or leaves a
   * coordinate that is NaN, infinite or out of reach (STORE_COORDINATE), the transaction can only end.
   */
  edit<const Name extends WritableColumn<T>>(
    names: readonly Name[],
    body: (columns: EditColumns<T, Name>, start: number, end: number) => void,
  ): void;
}

/** All columns that are arrays, for reading. */
export type ReadColumns<T extends TableLike> = {
  readonly [Name in NumericColumn<T>]: ReadonlyNumbers<ColumnArrayOf<T, Name>>;
};

/** The named columns for writing, the others for reading. */
export type EditColumns<T extends TableLike, Written extends NumericColumn<T>> = {
  readonly [Name in NumericColumn<T>]: Name extends Written
    ? ColumnArrayOf<T, Name>
    : ReadonlyNumbers<ColumnArrayOf<T, Name>>;
};

export type WritableColumn<T extends TableLike> = Exclude<NumericColumn<T>, KeyColumns<T>>;

interface ColumnArrays {
  /** 1 is true. */
  bool: Uint8Array;
  u8: Uint8Array;
  u16: Uint16Array;
  u32: Uint32Array;
  u64: BigUint64Array;
  i8: Int8Array;
  i16: Int16Array;
  i32: Int32Array;
  i64: BigInt64Array;
  f32: Float32Array;
  f64: Float64Array;
  /** Microseconds since the Unix epoch. */
  timestamp: BigInt64Array;
  /** Microseconds. */
  timeDuration: BigInt64Array;
}

type KindOf<T extends TableLike, Name extends keyof ShapeOf<T>> = ShapeOf<T>[Name]['inferred']['kind'];

type NumericColumn<T extends TableLike> = {
  [Name in keyof ShapeOf<T>]: KindOf<T, Name> extends keyof ColumnArrays ? Name : never;
}[keyof ShapeOf<T>];

type ColumnArrayOf<T extends TableLike, Name extends keyof ShapeOf<T>> =
  KindOf<T, Name> extends infer Kind extends keyof ColumnArrays ? ColumnArrays[Kind] : never;

/** A typed array of which only elements are read. */
type ReadonlyNumbers<Numbers> = Numbers extends { readonly [place: number]: infer Value }
  ? { readonly length: number; readonly [place: number]: Value }
  : never;

type KeyColumns<T extends TableLike> =
  | {
      [Name in keyof ShapeOf<T>]: [
        ShapeOf<T>[Name]['inferred']['flags'] & ('primaryKey' | 'unique' | 'btree' | 'hash' | 'direct'),
      ] extends [never]
        ? never
        : Name;
    }[keyof ShapeOf<T>]
  | ListedColumns<T['parts']['indexes'][number]>
  | ConstraintColumns<T['parts']['constraints'][number]>;

type ListedColumns<Index> = Index extends { readonly columns: readonly (infer Name)[] }
  ? Name
  : Index extends { readonly column: infer Name }
    ? Name
    : never;

type ConstraintColumns<Constraint> = Constraint extends ConstraintOptions<infer Name> ? Name : never;
