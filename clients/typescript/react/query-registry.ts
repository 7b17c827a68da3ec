import { compilePredicate, type TableQuery } from '@tickbase/schema/query';
import { clientIndexAccessor } from '@tickbase/schema/plan';
import type { Row } from '../cache/row.ts';
import { ConnectionLost } from '../errors/connection-lost.ts';
import type { IndexDefinition, TableDefinition } from '../module/table-definition.ts';
import type { AnyConnection, AnySubscription, AnyTable } from './any-connection.ts';
import { equalityOf } from './equality-of.ts';
import type { QueryCallbacks } from './query-callbacks.ts';
import { QueryRows } from './query-rows.ts';
import { PENDING, type QuerySnapshot } from './query-snapshot.ts';
import { type RouteValue, TableRoutes } from './table-routes.ts';

/** A component that watches a query. */
export interface QueryWatcher {
  /** Its snapshot is another one. */
  notify(): void;
  readonly callbacks: QueryCallbacks<Row>;
}

/**
 * The queries that components watch, by their text: each is one subscription and one list of rows, however many components watch it. One that
 * nobody watches any more ends in a turn of its own, so that a component which is taken out and put back, or replaced by another, finds it
 * as it was. Changes of a step are taken in first, then told, then shown: callbacks and components see all queries after the same step.
 */
export class QueryRegistry {
  readonly #queries = new Map<string, WatchedQuery>();
  readonly #byRows = new WeakMap<QueryRows, WatchedQuery>();
  readonly #changed = new Set<WatchedQuery>();
  #connection: AnyConnection | null = null;
  #routes = new Map<string, TableRoutes>();

  snapshotOf(text: string): QuerySnapshot {
    return this.#queries.get(text)?.rows?.snapshot ?? PENDING;
  }

  /** The result ends it. */
  watch(query: TableQuery<never>, text: string, watcher: QueryWatcher): () => void {
    let watched = this.#queries.get(text);
    if (watched === undefined) {
      const nothing = { rows: null, route: null, subscription: null, refusal: null, cancelEnd: null };
      watched = { query, text, watchers: new Set(), ...nothing };
      this.#queries.set(text, watched);
      this.#begin(watched);
    }
    watched.watchers.add(watcher);
    const { refusal } = watched;
    if (refusal !== null) queueMicrotask(() => watcher.callbacks.onError?.(refusal));
    watched.cancelEnd?.();
    watched.cancelEnd = null;
    return () => this.#unwatch(watched, watcher);
  }

  /** Every query is subscribed to on this connection, which has nothing of an earlier one. */
  attach(connection: AnyConnection): void {
    this.#connection = connection;
    this.#routes = new Map();
    connection.onTransaction(() => this.#stepEnded());
    for (const watched of this.#queries.values()) this.#begin(watched);
  }

  /** The connection is over. Rows stay as they are until there is another one. */
  detach(): void {
    this.#connection = null;
  }

  #begin(watched: WatchedQuery): void {
    const connection = this.#connection;
    if (connection === null) return;
    const { query, text } = watched;
    const definition = query.table as unknown as TableDefinition;
    const rows = new QueryRows(rowTest(query, connection));
    watched.rows = rows;
    watched.refusal = null;
    // A literal of the sender has no value before the first handshake; it is looked for among all changes.
    const equality = equalityOf(query.query.where, indexedColumns(definition));
    watched.route = equality === null || equality.value === undefined ? null : equality;
    this.#routesOf(connection, definition).add(rows, watched.route);
    if (!definition.isEvent) rows.load(cachedRows(connection, definition, watched.route));
    this.#byRows.set(rows, watched);
    watched.subscription = connection
      .subscriptionBuilder()
      .onApplied(() => {
        rows.ready();
        show(watched);
      })
      .onError((_context, error) => refused(watched, error))
      .subscribe(text);
    show(watched);
  }

  #unwatch(watched: WatchedQuery, watcher: QueryWatcher): void {
    if (!watched.watchers.delete(watcher) || watched.watchers.size > 0) return;
    const timer = setTimeout(() => this.#end(watched), 0);
    watched.cancelEnd = () => clearTimeout(timer);
  }

  #end(watched: WatchedQuery): void {
    this.#queries.delete(watched.text);
    const { rows, route, subscription } = watched;
    const accessor = (watched.query.table as unknown as TableDefinition).accessor;
    if (rows !== null) this.#routes.get(accessor)?.remove(rows, route);
    if (subscription !== null && !subscription.isEnded()) subscription.unsubscribe();
  }

  #routesOf(connection: AnyConnection, definition: TableDefinition): TableRoutes {
    let routes = this.#routes.get(definition.accessor);
    if (routes === undefined) {
      routes = new TableRoutes(tableOf(connection, definition), definition, (rows) => {
        this.#changed.add(this.#byRows.get(rows) as WatchedQuery);
      });
      this.#routes.set(definition.accessor, routes);
    }
    return routes;
  }

  #stepEnded(): void {
    if (this.#changed.size === 0) return;
    const changed = [...this.#changed];
    this.#changed.clear();
    for (const { rows } of changed) rows?.flush();
    const errors: unknown[] = [];
    for (const watched of changed) tell(watched, errors);
    for (const watched of changed) show(watched);
    if (errors.length > 0) throw errors.length === 1 ? errors[0] : new AggregateError(errors, 'callbacks threw');
  }
}

interface WatchedQuery {
  readonly query: TableQuery<never>;
  readonly text: string;
  readonly watchers: Set<QueryWatcher>;
  /** Null: there is no connection yet. */
  rows: QueryRows | null;
  route: RouteValue | null;
  subscription: AnySubscription | null;
  /** Why the server does not give these rows; who comes later is told of it, too. */
  refusal: Error | null;
  cancelEnd: (() => void) | null;
}

function tell({ rows, watchers }: WatchedQuery, errors: unknown[]): void {
  for (const news of rows?.takeTold() ?? []) {
    for (const { callbacks } of Array.from(watchers)) {
      try {
        news(callbacks);
      } catch (error) {
        errors.push(error);
      }
    }
  }
}

function show({ watchers }: WatchedQuery): void {
  for (const watcher of watchers) watcher.notify();
}

function refused(watched: WatchedQuery, error: Error): void {
  // The connection's own state tells of its end.
  if (error instanceof ConnectionLost) return;
  watched.refusal = error;
  const handlers = [...watched.watchers].flatMap(({ callbacks }) => callbacks.onError ?? []);
  if (handlers.length === 0) throw error;
  for (const handler of handlers) queueMicrotask(() => handler(error)); // one that throws keeps nobody from being told
}

/** What the query asks for, as far as a row alone tells. */
function rowTest({ query, table }: TableQuery<never>, connection: AnyConnection): (row: Row) => boolean {
  const { where } = query;
  if (where === null) return () => true;
  let test: ((row: Row) => boolean) | null = null;
  return (row) => {
    const { identity } = connection;
    // Rows come after the handshake, which tells the identity.
    if (test === null && identity === undefined) return false;
    test ??= compilePredicate(where, table, identity!);
    return test(row);
  };
}

function tableOf(connection: AnyConnection, { accessor }: TableDefinition): AnyTable {
  return (connection.db as Readonly<Record<string, AnyTable>>)[accessor] as AnyTable;
}

function indexedColumns({ indexes, columns }: TableDefinition): ReadonlySet<string> {
  const accessors = new Set(indexes.filter((index) => index.columns.length === 1).map((index) => index.columns[0]));
  return new Set(columns.filter(({ accessor }) => accessors.has(accessor)).map(({ name }) => name));
}

/** The cached rows among which those of the query are: by an index if there is one. */
function cachedRows(connection: AnyConnection, definition: TableDefinition, at: RouteValue | null): Iterable<Row> {
  const table = tableOf(connection, definition);
  const accessor = definition.columns.find(({ name }) => name === at?.column)?.accessor;
  const index = definition.indexes.find(
    (candidate) => candidate.columns.length === 1 && candidate.columns[0] === accessor,
  );
  // For a moment two cached rows can have one value of a unique column; only of a primary key that is never so.
  const isSure =
    index?.isUnique === false || (definition.primaryKey?.length === 1 && definition.primaryKey[0] === accessor);
  return at !== null && index !== undefined && isSure ? rowsByIndex(table, index, at.value) : table.iter();
}

function rowsByIndex(table: AnyTable, { accessor, isUnique }: IndexDefinition, value: unknown): Iterable<Row> {
  const index = (table as unknown as Readonly<Record<string, AnyIndex>>)[clientIndexAccessor(accessor)] as AnyIndex;
  if (!isUnique) return index.filter(value);
  const row = index.find(value);
  return row === null ? [] : [row];
}

interface AnyIndex {
  find(value: unknown): Row | null;
  filter(value: unknown): Iterable<Row>;
}
