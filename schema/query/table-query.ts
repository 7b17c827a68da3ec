import { queryError } from '../errors/query-error.ts';
import type { RowOf } from '../handles/row-types.ts';
import type { TableLike } from '../tables/table.ts';
import { BooleanExpr } from './boolean-expr.ts';
import { ColumnExpr } from './column-expr.ts';
import type { JoinExpr } from './join-expr.ts';
import type { Query } from './query.ts';
import type { QueryColumn, QueryTable } from './query-table.ts';
import { toSql } from './to-sql.ts';

/** Rows of one table, all or some: `tables.user.where(r => r.online.eq(true))`. Immutable: every method gives a new one. */
export class TableQuery<Row> {
  readonly table: QueryTable;
  readonly query: Query;
  /** The table of the query's join. */
  readonly joined: QueryTable | null;
  readonly #cols: RowExpr<Row>;

  constructor(table: QueryTable, query: Query, joined: QueryTable | null = null) {
    this.table = table;
    this.query = query;
    this.joined = joined;
    const cols = table.columns.map((column) => [column.accessor ?? column.name, new ColumnExpr(column)]);
    this.#cols = Object.freeze(Object.fromEntries(cols)) as RowExpr<Row>;
    Object.freeze(this);
  }

  /** Only the rows for which it holds; a second `where` narrows further. */
  where(predicate: (row: RowExpr<Row>) => PredicateExpr<Row>): TableQuery<Row> {
    const added = exprOf(predicate(this.#cols), this.table.name);
    const before = this.query.where;
    const where = before === null ? added : new BooleanExpr<Row>(before).and(added);
    return new TableQuery(this.table, { ...this.query, where: where.predicate }, this.joined);
  }

  /**
   * Of this table's rows those that go with a row of the other one, each once: `tables.item.leftSemijoin(tables.owner, (item, owner) =>
   * item.ownerId.eq(owner.id))`. What either query asks for holds, too. Throws QUERY_INVALID unless the function compares a column of each,
   * and for a query that is a join already or on the same table. Columns of different types are refused by the server.
   */
  leftSemijoin<Other>(
    other: TableQuery<Other>,
    on: (left: RowExpr<Row>, right: RowExpr<Other>) => JoinExpr<Row, Other>,
  ): TableQuery<Row> {
    const { left, right } = on(this.#cols, other.#cols);
    return joined(this, left, other, right);
  }

  /** As leftSemijoin, but gives the other table's rows: those that go with a row of this one. */
  rightSemijoin<Other>(
    other: TableQuery<Other>,
    on: (left: RowExpr<Row>, right: RowExpr<Other>) => JoinExpr<Row, Other>,
  ): TableQuery<Other> {
    const { left, right } = on(this.#cols, other.#cols);
    return joined(other, right, this, left);
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
    return new TableQuery(this.table, { ...this.query, withinM: distance }, this.joined);
  }

  toSql(): string {
    return toSql(this.query, this.table, this.joined);
  }

  /** A query is complete as it is; this is here for modules and clients that call it. */
  build(): this {
    return this;
  }
}

/** The rows of one query that go with those of another, by a column of each. */
function joined<Row>(
  own: TableQuery<Row>,
  column: QueryColumn,
  other: AnyTableQuery,
  otherColumn: QueryColumn,
): TableQuery<Row> {
  const isGood =
    own.table.name !== other.table.name &&
    own.joined === null &&
    other.joined === null &&
    other.query.withinM === null &&
    own.table.columns.includes(column) &&
    other.table.columns.includes(otherColumn);
  if (!isGood) {
    throw queryError(
      'QUERY_INVALID',
      `query on ${own.table.name}, semijoin`,
      'it compares no columns of two tables, or one has a distance',
      'write (left, right) => left.ownerId.eq(right.id)',
    );
  }
  const join = { table: other.table.name, column: column.name, joined: otherColumn.name, where: other.query.where };
  return new TableQuery(own.table, { ...own.query, join }, other.table);
}

interface AnyTableQuery {
  readonly table: QueryTable;
  readonly query: Query;
  readonly joined: QueryTable | null;
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
