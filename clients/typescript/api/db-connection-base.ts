import { SECTION_AREA_READY } from '@tickbase/protocol';
import type { TableQuery } from '@tickbase/schema/query';
import { ConnectionId, Identity, Timestamp } from '@tickbase/schema/values';
import type { CachedTable } from '../cache/cached-table.ts';
import type { ChangeCause } from '../cache/row-change.ts';
import type { Row } from '../cache/row.ts';
import { ConnectionCore } from '../connection/connection-core.ts';
import type { AppliedSection, ConnectionListener } from '../connection/connection-listener.ts';
import type { ConnectionOptions } from '../connection/connection-options.ts';
import type { ConnectionState } from '../connection/connection-state.ts';
import type { QuerySet } from '../connection/query-sets.ts';
import { ConnectionLost } from '../errors/connection-lost.ts';
import type { ClientEvent } from './client-event.ts';
import { dispatchChanges } from './dispatch-changes.ts';
import type { ErrorContextOf, EventContextOf, SubscriptionEventContextOf } from './event-context.ts';
import { makeTableHandle } from './make-table-handle.ts';
import type { ModuleTypes } from './module-types.ts';
import { type QueryInput, queryText, queryTexts } from './query-input.ts';
import { SubscriptionBuilder } from './subscription-builder.ts';
import { SubscriptionHandle } from './subscription-handle.ts';
import { removeFrom, TableListeners } from './table-listeners.ts';

/** What the builder collects. */
export interface ConnectionSetup<M extends ModuleTypes> {
  readonly options: ConnectionOptions;
  readonly tables: M['tables'];
  readonly onStateChange: readonly ((state: ConnectionState) => void)[];
  readonly onConnected: () => void;
  readonly onConnectError: (context: ErrorContextOf<M>, error: Error) => void;
  readonly onDisconnect: (context: EventContextOf<M>, error: Error | undefined) => void;
}

/** A connection to one database. Generated code extends it with the types of a module. */
export class DbConnectionBase<M extends ModuleTypes> {
  /** The cached rows, table by table. */
  readonly db: M['db'];
  /**
   * Each call gives a promise that settles after what it changed is in the cache. It rejects with SenderError when the module refused
   * the call, InternalError when it failed there, a VALUE_* TickbaseError when the arguments do not fit, and ConnectionLost when the connection ended first.
   * A rejection that nobody awaits is an unhandled one, which ends a Node process: await the call or add `.catch(…)`. Only
   * ConnectionLost is exempt, so that a program may call, not await, and leave.
   */
  readonly reducers: M['reducers'];
  readonly #core: ConnectionCore;
  readonly #setup: ConnectionSetup<M>;
  readonly #listeners = new Map<CachedTable, TableListeners>();
  readonly #onStateChange: ((state: ConnectionState) => void)[];
  readonly #onAreaReady: ((context: EventContextOf<M>) => void)[] = [];
  readonly #onTransaction: ((context: EventContextOf<M>, tick: TickInfo) => void)[] = [];

  constructor(setup: ConnectionSetup<M>) {
    this.#setup = setup;
    this.#onStateChange = setup.onStateChange.slice();
    this.#core = new ConnectionCore(setup.options, this.#listen());
    this.db = this.#makeDb();
    this.reducers = this.#makeReducers();
    this.#core.open();
  }

  /** True while the link is up. False also while the client resumes. */
  get isActive(): boolean {
    return this.#core.state === 'live';
  }

  get state(): ConnectionState {
    return this.#core.state;
  }

  /**
   * Why there is no connection: of the last attempt while it is `connecting`, of the end when it is `closed`. Undefined otherwise, and after
   * `disconnect`.
   */
  get error(): Error | undefined {
    return this.#core.error ?? undefined;
  }

  /** Who the server says this is; undefined before the first handshake. */
  get identity(): Identity | undefined {
    const { welcome } = this.#core;
    return welcome === null ? undefined : new Identity(welcome.identity);
  }

  /** Secret; keep it to come back as the same identity. */
  get token(): string | undefined {
    return this.#core.token === '' ? undefined : this.#core.token;
  }

  /** Stays through resumes; another session has another one. Undefined before the first handshake. */
  get connectionId(): ConnectionId | undefined {
    const { welcome } = this.#core;
    return welcome === null ? undefined : new ConnectionId(welcome.connectionId);
  }

  subscriptionBuilder(): SubscriptionBuilder<M> {
    return new SubscriptionBuilder<M>((queries, onApplied, onError) => {
      const texts = queries === null ? this.#allTables() : queryTexts(queries, this.#setup.tables);
      const set: QuerySet = this.#core.subscribe({
        queries: texts,
        onApplied: () => this.#run(onApplied, this.#subscriptionContext('SubscribeApplied')),
        onError: (error) => {
          if (onError !== null) this.#guard(() => onError(this.#errorContext(error), error));
          // The end of the connection is told by the connection's own callbacks.
          else if (!(error instanceof ConnectionLost)) this.#report(error);
        },
        onEnded: null,
      });
      return new SubscriptionHandle<M>({
        set: () => set,
        leave: (callback) => {
          if (callback !== null) {
            set.onEnded = () => this.#run(callback, this.#subscriptionContext('UnsubscribeApplied'));
          }
          this.#core.unsubscribe(set);
        },
      });
    });
  }

  /** The rows of a query as they are now, past the cache. Rejects with a TickbaseError of the server's code when it refuses the query. */
  query<R>(query: TableQuery<R>): Promise<R[]>;
  query<R = Row>(query: QueryInput): Promise<R[]>;
  query<R>(query: QueryInput): Promise<R[]> {
    return this.#core.query(queryText(query)) as Promise<R[]>;
  }

  /**
   * Goes on with a newer token of the same identity: the module sees what it says, and the connection does not end with the one before. Rejects with
   * a TickbaseError when the server does not take it. See `withTokenSource`, too.
   */
  renewToken(token: string): Promise<void> {
    return this.#core.renewToken(token);
  }

  /**
   * Milliseconds that the network takes to the server and back, by a request of its own over HTTP: no tick and no disk is waited for. The first one
   * may open an HTTP connection, so take the least of some. Rejects with ConnectionLost when there is no answer.
   */
  ping(): Promise<number> {
    return this.#core.ping();
  }

  /** Called on every change of `state`. */
  onStateChange(callback: (state: ConnectionState) => void): void {
    this.#onStateChange.push(callback);
  }

  removeOnStateChange(callback: (state: ConnectionState) => void): void {
    removeFrom(this.#onStateChange, callback);
  }

  /** Called once for each applied section, after its row callbacks. */
  onTransaction(callback: (context: EventContextOf<M>, tick: TickInfo) => void): void {
    this.#onTransaction.push(callback);
  }

  removeOnTransaction(callback: (context: EventContextOf<M>, tick: TickInfo) => void): void {
    removeFrom(this.#onTransaction, callback);
  }

  /**
   * Called when the cells in which the centres of the client's area are have come after they were missing: it has joined, or was moved
   * far away. What is farther may still be on its way. After the row callbacks of that section.
   */
  onAreaReady(callback: (context: EventContextOf<M>) => void): void {
    this.#onAreaReady.push(callback);
  }

  removeOnAreaReady(callback: (context: EventContextOf<M>) => void): void {
    removeFrom(this.#onAreaReady, callback);
  }

  /** Says goodbye. Nothing arrives any more, what waits is rejected, the cache stays readable. */
  disconnect(): void {
    this.#core.disconnect();
  }

  #listen(): ConnectionListener {
    const setup = this.#setup;
    return {
      stateChanged: (state) => {
        for (const callback of this.#onStateChange.slice()) this.#guard(() => callback(state));
      },
      connected: () => this.#guard(setup.onConnected),
      connectFailed: (error) => this.#guard(() => setup.onConnectError(this.#errorContext(error), error)),
      disconnected: (error) => {
        const context = error === null ? this.#context({ tag: 'Transaction' }) : this.#errorContext(error);
        this.#guard(() => setup.onDisconnect(context, error ?? undefined));
      },
      applied: (news) => this.#applied(news),
    };
  }

  #applied(news: AppliedSection): void {
    const contexts = new Map<ClientEvent['tag'], EventContextOf<M>>();
    const contextOf = (cause: ChangeCause): EventContextOf<M> => {
      const event = eventOf(cause, news);
      const known = contexts.get(event.tag);
      if (known !== undefined) return known;
      const context = this.#context(event);
      contexts.set(event.tag, context);
      return context;
    };
    dispatchChanges(news.changes, this.#listeners, contextOf, this.#report);
    if ((news.head.flags & SECTION_AREA_READY) !== 0) {
      for (const callback of this.#onAreaReady.slice()) this.#guard(() => callback(contextOf('news')));
    }
    if (this.#onTransaction.length === 0) return;
    const { tick, durableTick, serverTimeUs } = news.head;
    const info: TickInfo = { tick, durableTick, serverTime: new Timestamp(serverTimeUs) };
    const context = contextOf('news');
    for (const callback of this.#onTransaction.slice()) this.#guard(() => callback(context, info));
  }

  #makeDb(): M['db'] {
    const db: Record<string, object> = {};
    for (const [accessor, table] of this.#core.cache.tables) {
      const listeners = new TableListeners();
      this.#listeners.set(table, listeners);
      db[accessor] = makeTableHandle(table, listeners, () => this.#core.cache.cellsOf(table));
    }
    return Object.freeze(db) as M['db'];
  }

  #makeReducers(): M['reducers'] {
    const reducers: Record<string, (args?: unknown) => Promise<void>> = {};
    for (const { accessor } of this.#setup.options.module.reducers) {
      reducers[accessor] = (args) => this.#core.call(accessor, args);
    }
    return Object.freeze(reducers) as M['reducers'];
  }

  #allTables(): string[] {
    return this.#setup.options.module.tables.map((table) => `SELECT * FROM ${table.name}`);
  }

  #context<E extends ClientEvent>(event: E): EventContextOf<M> & { readonly event: E } {
    const isActive = (): boolean => this.isActive;
    return {
      db: this.db,
      reducers: this.reducers,
      event,
      get isActive() {
        return isActive();
      },
      subscriptionBuilder: () => this.subscriptionBuilder(),
    };
  }

  #errorContext(error: Error): ErrorContextOf<M> {
    return this.#context({ tag: 'Error', value: error });
  }

  #subscriptionContext(tag: 'SubscribeApplied' | 'UnsubscribeApplied'): SubscriptionEventContextOf<M> {
    return this.#context({ tag });
  }

  #run<C>(callback: ((context: C) => void) | null, context: C): void {
    if (callback !== null) this.#guard(() => callback(context));
  }

  /** Runs code of the application. */
  #guard(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#report(error);
    }
  }

  readonly #report = (error: unknown): void => {
    this.#setup.options.environment.report(error);
  };
}

/** Which tick a section brought the cache to. */
export interface TickInfo {
  readonly tick: number;
  /** Every tick up to here is durable. */
  readonly durableTick: number;
  /** When the tick began. */
  readonly serverTime: Timestamp;
}

function eventOf(cause: ChangeCause, news: AppliedSection): ClientEvent {
  if (cause === 'load' && news.hasApplied) return { tag: 'SubscribeApplied' };
  if (cause === 'unwatch' && news.hasEnded) return { tag: 'UnsubscribeApplied' };
  const answer = news.answers.findLast(({ result }) => result!.status === 'committed');
  if (answer === undefined) return { tag: 'Transaction' };
  const { accessor, args } = answer;
  return {
    tag: 'Reducer',
    value: {
      reducer: { name: accessor, args },
      status: { tag: 'Committed' },
      timestamp: new Timestamp(news.head.serverTimeUs),
    },
  };
}
