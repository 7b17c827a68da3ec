import type { QueryColumn } from './query-table.ts';

/** That a column of one table equals one of another: what a semijoin goes by. */
export interface JoinExpr<Row, Other> {
  readonly left: QueryColumn;
  readonly right: QueryColumn;
  /** For the compiler alone: conditions on different tables do not mix. */
  readonly rows?: (row: Row, other: Other) => void;
}
