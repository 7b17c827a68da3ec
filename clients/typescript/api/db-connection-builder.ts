import type { Identity } from '@tickbase/schema/values';
import type { ConnectionEnvironment } from '../connection/connection-environment.ts';
import type { ConnectionState } from '../connection/connection-state.ts';
import { defaultEnvironment } from '../connection/default-environment.ts';
import { subscribeUrl } from '../connection/subscribe-url.ts';
import type { Meter } from '../connection/meter.ts';
import type { TokenSource } from '../connection/token-keeper.ts';
import type { WebSocketFactory } from '../connection/web-socket-like.ts';
import type { RemoteModule } from '../module/remote-module.ts';
import type { ConnectionSetup, DbConnectionBase } from './db-connection-base.ts';
import type { ErrorContextOf, EventContextOf } from './event-context.ts';
import type { ModuleTypes } from './module-types.ts';

/** What generated code hands to the builder. */
export interface BuilderParts<M extends ModuleTypes, Connection extends DbConnectionBase<M>> {
  readonly module: RemoteModule;
  readonly tables: M['tables'];
  readonly make: (setup: ConnectionSetup<M>) => Connection;
}

/** Collects what a connection needs and opens it. */
export class DbConnectionBuilder<M extends ModuleTypes, Connection extends DbConnectionBase<M>> {
  readonly #parts: BuilderParts<M, Connection>;
  readonly #onConnect: ((connection: Connection, identity: Identity, token: string) => void)[] = [];
  readonly #onConnectError: ((context: ErrorContextOf<M>, error: Error) => void)[] = [];
  readonly #onDisconnect: ((context: EventContextOf<M>, error?: Error) => void)[] = [];
  readonly #onStateChange: ((state: ConnectionState) => void)[] = [];
  #uri = '';
  #databaseName = '';
  #token = '';
  #tokenSource: TokenSource | null = null;
  #isConfirmed = true;
  #bytesPerSecond = 0;
  #reconnects = true;
  #persists = false;
  #factory: WebSocketFactory | null = null;
  #environment: ConnectionEnvironment | null = null;
  #report: ((error: unknown) => void) | null = null;
  #meter: Meter | null = null;

  constructor(parts: BuilderParts<M, Connection>) {
    this.#parts = parts;
  }

  /** The server's address: ws, wss, http or https. */
  withUri(uri: string | URL): this {
    this.#uri = String(uri);
    return this;
  }

  withDatabaseName(name: string): this {
    this.#databaseName = name;
    return this;
  }

  /** The secret of an earlier connection, to come back as the same identity; left out: anonymous, with a new one. */
  withToken(token?: string): this {
    this.#token = token ?? '';
    return this;
  }

  /**
   * Asked for the token before each handshake, so that the client comes back with one that is good, and half a minute before the present one ends:
   * a newer one is then shown to the server, and the connection goes on. Undefined: the token stays as it is. What it throws fails that attempt.
   */
  withTokenSource(source: TokenSource): this {
    this.#tokenSource = source;
    return this;
  }

  /** False: results and rows may come before they are durable. Left out or undefined: true. */
  withConfirmedReads(isConfirmed: boolean | undefined): this {
    this.#isConfirmed = isConfirmed ?? true;
    return this;
  }

  /**
   * Asks to be sent no more of the area of interest in a second, in bytes: on a metered link, say. Near cells come first, far ones as they have
   * room. The server gives no more than the module allows, and no less than 2048. Left out: what the module gives.
   */
  withBytesPerSecond(bytesPerSecond: number): this {
    this.#bytesPerSecond = Math.min(Math.max(0, Math.round(bytesPerSecond)) || 0, 0xffff_ffff);
    return this;
  }

  /** Taken for the sake of programs that set it, and changes nothing: messages are small by their encoding and are not compressed. */
  withCompression(_compression: 'none' | 'gzip' | 'brotli'): this {
    return this;
  }

  /** Taken for the sake of programs that set it, and changes nothing: there is one mode. */
  withLightMode(_isLight: boolean): this {
    return this;
  }

  /** Makes the sockets: for tests, proxies and environments without a WebSocket of their own. */
  withWSFn(factory: WebSocketFactory): this {
    this.#factory = factory;
    return this;
  }

  /** False: a dropped link is the end. Left out: the client comes back by itself, and goes on where it was when it can. */
  withReconnect(reconnects: boolean): this {
    this.#reconnects = reconnects;
    return this;
  }

  /**
   * True: a first handshake that fails is tried again by itself, at growing intervals, until it succeeds or is refused; `onConnectError` is called
   * for a refusal alone, and `onStateChange` with `connecting` for each failure. Left out: the first failure is the end.
   */
  withPersistence(persists: boolean): this {
    this.#persists = persists;
    return this;
  }

  /** Takes what callbacks throw, and errors that have no callback of their own; left out: console.error. */
  withErrorHandler(report: (error: unknown) => void): this {
    this.#report = report;
    return this;
  }

  /** Counts what passes: bytes by table, round trips, the server's clock. `new ConnectionMeter()`, one for each connection. */
  withMeter(meter: Meter): this {
    this.#meter = meter;
    return this;
  }

  /** Time, randomness and sockets of a simulation. */
  withEnvironment(environment: ConnectionEnvironment): this {
    this.#environment = environment;
    return this;
  }

  /** Once, when the first handshake is done. */
  onConnect(callback: (connection: Connection, identity: Identity, token: string) => void): this {
    this.#onConnect.push(callback);
    return this;
  }

  /** Once, when no connection came about. Without a callback the error goes to the error handler, in Node and in browsers. */
  onConnectError(callback: (context: ErrorContextOf<M>, error: Error) => void): this {
    this.#onConnectError.push(callback);
    return this;
  }

  /** Once, at the final end of a connection; without an error after `disconnect`. */
  onDisconnect(callback: (context: EventContextOf<M>, error?: Error) => void): this {
    this.#onDisconnect.push(callback);
    return this;
  }

  /** On every change of `connecting`, `live`, `resuming`, `closed`. */
  onStateChange(callback: (state: ConnectionState) => void): this {
    this.#onStateChange.push(callback);
    return this;
  }

  /** Opens the connection. Throws CONNECTION_OPTION_MISSING when the address or the name is missing or cannot be used. */
  build(): Connection {
    const url = subscribeUrl(this.#uri, this.#databaseName);
    const base = this.#environment ?? defaultEnvironment(this.#factory);
    const environment = this.#report === null ? base : { ...base, report: this.#report };
    const connection: Connection = this.#parts.make({
      options: {
        module: this.#parts.module,
        url,
        token: this.#token,
        tokenSource: this.#tokenSource,
        isConfirmed: this.#isConfirmed,
        bytesPerSecond: this.#bytesPerSecond,
        reconnects: this.#reconnects,
        persists: this.#persists,
        environment,
        meter: this.#meter,
      },
      tables: this.#parts.tables,
      onStateChange: this.#onStateChange,
      onConnected: () => {
        const { identity, token } = connection;
        for (const callback of this.#onConnect) callback(connection, identity as Identity, token as string);
      },
      onConnectError: (context, error) => {
        if (this.#onConnectError.length === 0) environment.report(error);
        for (const callback of this.#onConnectError) callback(context, error);
      },
      onDisconnect: (context, error) => {
        for (const callback of this.#onDisconnect) {
          if (error === undefined) callback(context);
          else callback(context, error);
        }
      },
    });
    return connection;
  }
}
