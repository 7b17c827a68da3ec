import type { Query } from './query.ts';

/** What tools may ask of the server: the rows of a query, or a change. Values are of the columns' types. */
export type Statement = SelectStatement | InsertStatement | UpdateStatement | DeleteStatement;

export interface SelectStatement {
  readonly kind: 'select';
  readonly query: Query;
  /** Canonical names of the query's table's columns, in the order in which they are asked for; null: COUNT(*). */
  readonly columns: readonly string[] | null;
  /** What the count is called in the answer. */
  readonly countName: string;
  /** Infinity: all. */
  readonly limit: number;
}

export interface InsertStatement {
  readonly kind: 'insert';
  readonly table: string;
  /** By canonical name; columns that are left out take their defaults. */
  readonly rows: readonly ReadonlyMap<string, unknown>[];
}

export interface UpdateStatement {
  readonly kind: 'update';
  readonly query: Query;
  /** By canonical name. */
  readonly set: ReadonlyMap<string, unknown>;
}

export interface DeleteStatement {
  readonly kind: 'delete';
  readonly query: Query;
}
