import { queryError } from '../errors/query-error.ts';
import type { RowOf } from '../handles/row-types.ts';
import type { TableLike } from '../tables/table.ts';
import { BooleanExpr } from './boolean-expr.ts';
import { ColumnExpr } from './column-expr.ts';
import type { Query } from './query.ts';
import type { QueryTable } from './query-table.ts';
import { toSql } from './to-sql.ts';

/** Rows of one table, all or some: `tables.user.where(r => r.online.eq(true))`. Immutable: every method gives a new one. */
export class TableQuery<Row> {
  readonly table: QueryTable;
  readonly query: Query;
  readonly #cols: RowExpr<Row>;

  constructor(table: QueryTable, query: Query) {
    this.table = table;
    this.query = query;
    const cols = table.columns.map((column) => [column.accessor ?? column.name, new ColumnExpr(column)]);
    this.#cols = Object.freeze(Object.fromEntries(cols)) as RowExpr<Row>;
    Object.freeze(this);
  }

  /** Only the rows for which it holds; a second `where` narrows further. */
  where(predicate: (row: RowExpr<Row>) => PredicateExpr<Row>): TableQuery<Row> {
    const added = exprOf(predicate(this.#cols), this.table.name);
    const before = this.query.where;
    const where = before === null ? added : new BooleanExpr<Row>(before).and(added);
    return new TableQuery(this.table, { ...this.query, where: where.predicate });
  }

  /**
   * Spatial tables: only rows within this many world units of the sender's centre of interest; the module's radiusMax bounds it.
   * Throws QUERY_INVALID for other tables and for distances that are not above 0.
   */
  within(distance: number): TableQuery<Row> {
    const where = `query on ${this.table.name}, within`;
    if ((this.table.spatial ?? null) === null) {
      throw queryError(
        'QUERY_INVALID',
        where,
        'the table is not spatial',
        'give the table `spatial`, or leave within out',
      );
    }
    if (!(Number.isFinite(distance) && distance > 0)) {
      throw queryError('QUERY_INVALID', where, `${distance} is no finite distance above 0`, 'give world units above 0');
    }
    return new TableQuery(this.table, { ...this.query, withinM: distance });
  }

  toSql(): string {
    return toSql(this.query, this.table);
  }

  /** A query is complete as it is; this is here for modules and clients that call it. */
  build(): this {
    return this;
  }
}

/** A row in a condition: one ColumnExpr for each column. */
export type RowExpr<Row> = { readonly [Name in keyof Row]-?: ColumnExpr<Row, Row[Name]> };

/** What a condition may be: built from columns, a column of type bool, or a constant. */
export type PredicateExpr<Row> = BooleanExpr<Row> | ColumnExpr<Row, boolean> | boolean;

/** The query of all rows of a table. Row is the type of its rows, keyed by accessor. */
export function makeTableQuery<Row>(table: QueryTable): TableQuery<Row> {
  return new TableQuery(table, { table: table.name, where: null, withinM: null });
}

/** The queries of a schema's tables: `TableQueries<InferSchema<typeof game>>`. */
export type TableQueries<Ts extends { readonly [accessor: string]: TableLike }> = {
  readonly [Accessor in keyof Ts]: TableQuery<RowOf<Ts[Accessor]>>;
};

function exprOf<Row>(expr: unknown, table: string): BooleanExpr<Row> {
  if (expr instanceof BooleanExpr) return expr as BooleanExpr<Row>;
  if (expr instanceof ColumnExpr) return (expr as ColumnExpr<Row, true>).eq(true);
  if (typeof expr === 'boolean') return new BooleanExpr({ op: 'const', value: expr });
  throw queryError(
    'QUERY_INVALID',
    `query on ${table}, where`,
    `the function gave ${typeof expr} instead of a condition`,
  );
}
