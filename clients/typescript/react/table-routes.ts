import type { LeaveReason } from '../cache/row-change.ts';
import type { Row } from '../cache/row.ts';
import { type Key, valueKey } from '../cache/value-key.ts';
import type { ColumnDefinition, TableDefinition } from '../module/table-definition.ts';
import type { AnyTable } from './any-connection.ts';
import type { QueryRows } from './query-rows.ts';

/**
 * Takes the changes of one table to the queries on it. A query that asks for an equality is found by the value that a row has there, so that a
 * thousand components which each watch one row cost a change no more than one does; the other queries look at every change.
 */
export class TableRoutes {
  readonly #definition: TableDefinition;
  readonly #changed: (query: QueryRows) => void;
  readonly #every = new Set<QueryRows>();
  readonly #byColumn = new Map<string, ColumnRoutes>();

  /** `changed`: told of a query for each change of its rows. */
  constructor(table: AnyTable, definition: TableDefinition, changed: (query: QueryRows) => void) {
    this.#definition = definition;
    this.#changed = changed;
    table.onInsert((_context, row) => this.#inserted(row));
    if (definition.isEvent) return;
    table.onDelete((_context, row, reason) => this.#deleted(row, reason));
    if (definition.primaryKey !== null) table.onUpdate((_context, before, after) => this.#updated(before, after));
  }

  /** `at`: the equality that the query asks for; null: none. */
  add(query: QueryRows, at: RouteValue | null): void {
    if (at === null) this.#every.add(query);
    else this.#routesOf(at.column).add(query, at.value);
  }

  remove(query: QueryRows, at: RouteValue | null): void {
    if (at === null) this.#every.delete(query);
    else this.#routesOf(at.column).remove(query, at.value);
  }

  #inserted(row: Row): void {
    const { isEvent } = this.#definition;
    for (const query of this.#every) if (isEvent ? query.pass(row) : query.insert(row)) this.#changed(query);
    for (const routes of this.#byColumn.values()) {
      for (const query of routes.of(row)) if (isEvent ? query.pass(row) : query.insert(row)) this.#changed(query);
    }
  }

  #deleted(row: Row, reason: LeaveReason): void {
    for (const query of this.#every) if (query.delete(row, reason)) this.#changed(query);
    for (const routes of this.#byColumn.values()) {
      for (const query of routes.of(row)) if (query.delete(row, reason)) this.#changed(query);
    }
  }

  #updated(before: Row, after: Row): void {
    for (const query of this.#every) if (query.update(before, after)) this.#changed(query);
    for (const routes of this.#byColumn.values()) {
      const here = routes.of(before);
      const there = routes.of(after);
      for (const query of here) if (query.update(before, after)) this.#changed(query);
      if (here === there) continue;
      for (const query of there) if (query.update(before, after)) this.#changed(query);
    }
  }

  #routesOf(column: string): ColumnRoutes {
    let routes = this.#byColumn.get(column);
    if (routes === undefined) {
      const definition = this.#definition.columns.find(({ name }) => name === column) as ColumnDefinition;
      this.#byColumn.set(column, (routes = new ColumnRoutes(definition)));
    }
    return routes;
  }
}

/** A value of a column. */
export interface RouteValue {
  readonly column: string;
  readonly value: unknown;
}

const NONE: ReadonlySet<QueryRows> = new Set();

/** Queries by the value that they want in one column. */
class ColumnRoutes {
  readonly #accessor: string;
  readonly #keyOf: (value: unknown) => Key;
  readonly #queries = new Map<Key, Set<QueryRows>>();

  constructor({ accessor, type }: ColumnDefinition) {
    this.#accessor = accessor;
    this.#keyOf = valueKey(type);
  }

  of(row: Row): ReadonlySet<QueryRows> {
    return this.#queries.get(this.#keyOf(row[this.#accessor])) ?? NONE;
  }

  add(query: QueryRows, value: unknown): void {
    const key = this.#keyOf(value);
    const queries = this.#queries.get(key);
    if (queries === undefined) this.#queries.set(key, new Set([query]));
    else queries.add(query);
  }

  remove(query: QueryRows, value: unknown): void {
    const key = this.#keyOf(value);
    const queries = this.#queries.get(key);
    queries?.delete(query);
    if (queries?.size === 0) this.#queries.delete(key);
  }
}
