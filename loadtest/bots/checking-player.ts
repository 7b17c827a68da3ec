import {
  DbConnectionBase,
  DbConnectionBuilder,
  type RemoteModule,
  type RemoteTable,
  SenderError,
  TickbaseError,
} from '@tickbase/client';
import { WebSocket } from 'ws';
import { FrameWitness, type WitnessedTable } from '../check/frame-witness.ts';
import { frameBytes } from '../frame-bytes.ts';
import type { Outcome, Player, Scenario } from '../scenarios/scenario.ts';
import { BotLife } from './bot-life.ts';
import { queriesOf } from './queries-of.ts';
import type { BotRun } from './bot-run.ts';

/** What a client has after a tick, by table. */
export interface CachedView {
  readonly rows: ReadonlyMap<string, readonly Row[]>;
  /** The cells that it is told of; none of tables whose rows have no place of their own. */
  readonly cells: ReadonlyMap<
    string,
    readonly { readonly space: number; readonly cellX: number; readonly cellY: number }[]
  >;
  /** What its messages told of tables in cells. */
  readonly witnessed: ReadonlyMap<string, WitnessedTable>;
}

/** Takes what a bot has cached after a tick; asked first, since most ticks are not sampled. */
export interface ViewTaker {
  wants(tick: number): boolean;
  take(player: Pick<Player, 'number' | 'identity'>, tick: number, view: CachedView): void;
}

type Row = Readonly<Record<string, unknown>>;

interface Names {
  readonly db: Readonly<Record<string, RemoteTable<Row, unknown>>>;
  readonly reducers: Readonly<Record<string, (args: unknown) => Promise<void>>>;
  readonly tables: Readonly<Record<string, never>>;
}

/**
 * A bot that is a real client: the client library with its cache. It plays by what it sees, and shows its rows after each sampled
 * tick that it applied. A lost link is the end of it, and an error.
 */
export class CheckingPlayer implements Player {
  readonly number: number;
  readonly #run: BotRun;
  readonly #life: BotLife;
  readonly #connection: DbConnectionBase<Names>;
  readonly #connected: Promise<void>;
  readonly #tablesWithPlace: ReadonlySet<string>;
  /** Null: nothing is checked. */
  readonly #witness: FrameWitness | null;
  #settle: (error: Error | null) => void = () => {};
  #isLeaving = false;

  constructor(number: number, place: CheckingPlace, run: BotRun) {
    this.number = number;
    this.#run = run;
    this.#life = new BotLife(number);
    const { uri, database, module, witnessed } = place;
    this.#witness = witnessed === null ? null : new FrameWitness(witnessed);
    this.#tablesWithPlace = new Set(
      module.tables.filter(({ spatial, isEvent }) => spatial?.kind === 'position' && !isEvent).map(({ name }) => name),
    );
    const builder = new DbConnectionBuilder<Names, DbConnectionBase<Names>>({
      module,
      tables: {},
      make: (setup) => new DbConnectionBase(setup),
    });
    this.#connected = new Promise((resolve, reject) => {
      this.#settle = (error) => (error === null ? resolve() : reject(error));
    });
    this.#connection = builder
      .withUri(uri)
      .withDatabaseName(database)
      .withReconnect(false)
      .withWSFn((url, protocol) => this.#openSocket(url, protocol))
      .withErrorHandler((error) => run.errors.add(`a checking bot threw: ${String(error)}`))
      .onConnect(() => this.#settle(null))
      .onConnectError((_context, error) => this.#settle(error))
      .onDisconnect((_context, error) => this.#closed(error))
      .build();
  }

  get identity(): bigint {
    return this.#connection.identity!.__identity__;
  }

  /** Connects, subscribes, joins and plays; from the subscription on it shows its rows. False, with an error of the run: it did not get in. */
  async enter(scenario: Scenario, tables: readonly string[], views: ViewTaker | null): Promise<boolean> {
    const startMs = performance.now();
    try {
      await this.#connected;
      await this.#subscribe(queriesOf(scenario, tables, this.number));
    } catch (error) {
      this.#run.errors.add(`a checking bot could not enter: ${reasonOf(error)}`);
      return false;
    }
    if (views !== null) this.#show(tables, views);
    if (!(await scenario.join(this))) return false;
    this.#run.entered(startMs);
    if (!this.#life.hasEnded) scenario.play(this);
    return !this.#life.hasEnded;
  }

  random(): number {
    return this.#life.random();
  }

  every(periodMs: number, act: () => void): void {
    this.#life.every(periodMs, act);
  }

  async call(
    reducer: string,
    args: Readonly<Record<string, unknown>>,
    expects: Outcome = 'committed',
  ): Promise<boolean> {
    if (this.#life.hasEnded) return false;
    const sentMs = performance.now();
    try {
      await this.#connection.reducers[reducer]!(args);
    } catch (error) {
      const isRefusal = error instanceof SenderError;
      if (isRefusal) this.#run.answered(sentMs, true);
      // A call that the end of the link cut off is no error of its own.
      const isExpected = (isRefusal && expects === 'any') || this.#life.hasEnded;
      if (!isExpected) this.#run.errors.add(`${reducer}: ${String(error)}`);
      return false;
    }
    this.#run.answered(sentMs, false);
    return true;
  }

  rowsOf(table: string): Iterable<Row> {
    return this.#connection.db[table]!;
  }

  leave(): void {
    this.#isLeaving = true;
    this.#life.end();
    this.#connection.disconnect();
  }

  #openSocket(url: string, protocol: string): WebSocket {
    const socket = new WebSocket(url, protocol, { perMessageDeflate: false });
    // Before the library, which applies it: what is shown then has been witnessed.
    socket.on('message', (data: ArrayBuffer) => {
      this.#run.took(frameBytes(data.byteLength));
      this.#witness?.take(new Uint8Array(data));
    });
    return socket;
  }

  #subscribe(queries: readonly string[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#connection
        .subscriptionBuilder()
        .onApplied(() => resolve())
        .onError((_context, error) => reject(error))
        .subscribe(queries);
    });
  }

  #show(tables: readonly string[], views: ViewTaker): void {
    const hasPlace = this.#tablesWithPlace;
    this.#connection.onTransaction((_context, { tick }) => {
      if (!views.wants(tick)) return;
      const { db } = this.#connection;
      // Rows are frozen: to keep them it is enough to keep the list.
      const rows = new Map(tables.map((table) => [table, [...db[table]!]]));
      const places = tables.filter((table) => hasPlace.has(table));
      const cells = new Map(places.map((table) => [table, db[table]!.cells()]));
      views.take(this, tick, { rows, cells, witnessed: this.#witness?.view() ?? new Map() });
    });
  }

  #closed(error: Error | undefined): void {
    this.#life.end();
    if (!this.#isLeaving) this.#run.errors.add(`a checking bot lost its link: ${reasonOf(error)}`);
  }
}

/** In one line, and the same for all bots. */
function reasonOf(error: unknown): string {
  if (error instanceof TickbaseError) return `${error.code}: ${error.what}`;
  return error instanceof Error ? error.message : 'no reason is known';
}

export interface CheckingPlace {
  /** `ws://HOST:PORT` */
  readonly uri: string;
  readonly database: string;
  readonly module: RemoteModule;
  /** By table in cells: `keyOf` of its rows. Null: nothing is checked. */
  readonly witnessed: ConstructorParameters<typeof FrameWitness>[0] | null;
}
