/**
 * A subscription's or one-off query's meaning: rows of one table for which `where` holds. Names are canonical
 * (snake case). Values are JavaScript values of the column's type (see TypePlan).
 * SQL text and typed queries both become this.
 */
export interface Query {
  readonly table: string;
  readonly where: Predicate | null;
  /** Spatial tables: only within this many metres of the sender's area of interest; null: the module's radiusMax. */
  readonly withinM: number | null;
  /** Only rows that go with a row of another table; left out: all. */
  readonly join?: QueryJoin;
}

/** A semijoin: of the query's rows those whose `column` is that of at least one row of `table` for which `where` holds. */
export interface QueryJoin {
  readonly table: string;
  /** Of the query's own table. */
  readonly column: string;
  /** Of `table`; of the same type. */
  readonly joined: string;
  readonly where: Predicate | null;
}

export type Predicate =
  | { readonly op: CompareOp; readonly column: string; readonly value: Literal }
  | { readonly op: 'and' | 'or'; readonly items: readonly Predicate[] }
  | { readonly op: 'not'; readonly item: Predicate }
  | { readonly op: 'const'; readonly value: boolean };

export type CompareOp = 'eq' | 'ne' | 'lt' | 'lte' | 'gt' | 'gte';

export type Literal = { readonly kind: 'value'; readonly value: unknown } | { readonly kind: 'sender' };
