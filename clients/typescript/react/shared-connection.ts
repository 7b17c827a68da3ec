import type { ConnectionId, Identity } from '@tickbase/schema/values';
import { callError } from '../connection/call-error.ts';
import type { ConnectionState } from '../connection/connection-state.ts';
import type { AnyConnection, AnyConnectionBuilder } from './any-connection.ts';
import { QueryRegistry } from './query-registry.ts';

/** What `useTickbase` gives. Immutable: the same object until something of it changes. */
export interface TickbaseStatus<Connection = unknown> {
  readonly state: ConnectionState;
  /** True while the link is up. False also while the client resumes. */
  readonly isActive: boolean;
  /** Undefined before the first handshake, as are the two that follow. */
  readonly identity: Identity | undefined;
  /** Secret; keep it to come back as the same identity. */
  readonly token: string | undefined;
  readonly connectionId: ConnectionId | undefined;
  /** Why there is no connection: the last attempt's failure, or why the server ended it. */
  readonly connectionError: Error | undefined;
  /** Null on a server, and before the provider's first effect. */
  getConnection(): Connection | null;
}

/**
 * A provider's one connection. It is opened by the first component that needs it, and ended in a turn of its own after the last: what React
 * takes out and puts back at once, as StrictMode does, does not end it. Opening touches the network, so no render does it.
 */
export class SharedConnection {
  readonly queries = new QueryRegistry();
  readonly #builder: AnyConnectionBuilder;
  readonly #listeners = new Set<() => void>();
  readonly #getConnection = (): AnyConnection | null => this.#connection;
  #connection: AnyConnection | null = null;
  #status: TickbaseStatus;
  #userCount = 0;
  /** Its last user has left. */
  #isOver = false;
  #cancelEnd: (() => void) | null = null;

  constructor(builder: AnyConnectionBuilder) {
    this.#builder = builder;
    this.#status = {
      state: 'connecting',
      isActive: false,
      identity: undefined,
      token: undefined,
      connectionId: undefined,
      connectionError: undefined,
      getConnection: this.#getConnection,
    };
  }

  readonly status = (): TickbaseStatus => this.#status;

  /** `listener`: told when the status is another one. The result ends it. */
  readonly listen = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Somebody needs the connection; the result ends that. */
  readonly use = (): (() => void) => {
    this.#userCount++;
    this.#isOver = false;
    this.#cancelEnd?.();
    this.#cancelEnd = null;
    this.#open();
    return () => {
      if (--this.#userCount > 0) return;
      const timer = setTimeout(() => this.#end(), 0);
      this.#cancelEnd = () => clearTimeout(timer);
    };
  };

  /** As `conn.reducers[accessor](args)`. A call that is made before there is a connection waits for it; one after its end is not sent. */
  call(accessor: string, args: unknown): Promise<void> {
    if (this.#isOver) return Promise.reject(callError.notSent(accessor));
    const reducers = this.#open().reducers as Readonly<Record<string, (args: unknown) => Promise<void>>>;
    return (reducers[accessor] as (args: unknown) => Promise<void>)(args);
  }

  #open(): AnyConnection {
    if (this.#connection !== null) return this.#connection;
    this.#builder.withPersistence(true);
    // A part of a page that was put away, and is shown again, is who it was.
    const { token } = this.#status;
    if (token !== undefined) this.#builder.withToken(token);
    const connection = this.#builder.build();
    this.#connection = connection;
    connection.onStateChange(() => {
      if (this.#connection === connection) this.#changed(connection);
    });
    this.queries.attach(connection);
    this.#changed(connection);
    return connection;
  }

  #end(): void {
    this.#cancelEnd = null;
    this.#isOver = true;
    const connection = this.#connection;
    this.#connection = null;
    this.queries.detach();
    connection?.disconnect();
  }

  #changed({ state, isActive, identity, token, connectionId, error }: AnyConnection): void {
    this.#status = {
      state,
      isActive,
      identity,
      token,
      connectionId,
      connectionError: error,
      getConnection: this.#getConnection,
    };
    for (const listener of this.#listeners) listener();
  }
}
