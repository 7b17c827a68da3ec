import { assert, type Prng } from '@tickbase/base';
import { DbConnectionBase, DbConnectionBuilder, type RemoteModule } from '@tickbase/client';
import type { Plan } from '@tickbase/schema/plan';
import { FakeEnvironment, type FakeSocket } from '../../../clients/typescript/testing/fake-environment.ts';
import type { FakeTransport } from '../../../runtime/gateway/testing/fake-transport.ts';
import type { TableView } from '../../../runtime/store/index.ts';
import { randomValue } from '../../../runtime/transactions/testing/random-value.ts';
import { objectOf } from '../../simulation/object-of.ts';
import { SimulatedLink } from '../../simulation/simulated-link.ts';
import { textOfRows } from '../../simulation/text-of-rows.ts';
import type { CrashCalls } from './crash-calls.ts';

type Row = Readonly<Record<string, unknown>>;

interface ClientTypes {
  readonly db: Record<string, { iter(): Iterable<Row> }>;
  readonly reducers: { act(args: Record<string, unknown>): Promise<void> };
  readonly tables: never;
}

export interface CrashClientParts {
  readonly name: string;
  readonly plan: Plan;
  readonly remote: RemoteModule;
  readonly token: string;
  readonly isConfirmed: boolean;
  readonly calls: CrashCalls;
  readonly prng: Prng;
  /** A client with confirmed results has applied a section of this tick. */
  readonly acknowledged: (tick: number) => void;
}

/** A real client over simulated links, which stays over all lives of the server. */
export class CrashClient {
  readonly connection: DbConnectionBase<ClientTypes>;
  readonly environment = new FakeEnvironment();
  readonly isConfirmed: boolean;
  openCount = 0;
  readonly #parts: CrashClientParts;
  readonly #watched: readonly string[];
  #links: SimulatedLink[] = [];
  readonly #sockets = new WeakMap<SimulatedLink, FakeSocket>();
  #hasApplied = false;

  constructor(parts: CrashClientParts) {
    this.#parts = parts;
    this.isConfirmed = parts.isConfirmed;
    this.#watched = parts.plan.tables.filter(isWatched).map(({ name }) => name);
    this.connection = new DbConnectionBuilder<ClientTypes, DbConnectionBase<ClientTypes>>({
      module: parts.remote,
      tables: undefined as never,
      make: (setup) => new DbConnectionBase(setup),
    })
      .withUri('ws://127.0.0.1:3000')
      .withDatabaseName('walk')
      .withToken(parts.token)
      .withConfirmedReads(parts.isConfirmed)
      .withEnvironment(this.environment)
      .onConnectError(() => {}) // the module refuses some; the state tells
      .build();
    this.connection.onTransaction((_, { tick }) => {
      if (parts.isConfirmed) parts.acknowledged(tick);
    });
    if (this.#watched.length === 0) this.#hasApplied = true;
    else {
      const texts = this.#watched.map((name) => `SELECT * FROM ${name}`);
      this.connection
        .subscriptionBuilder()
        .onApplied(() => (this.#hasApplied = true))
        .onError((_, error) => {
          if (this.connection.state !== 'closed') throw error;
        })
        .subscribe(texts);
    }
  }

  /** It was never let in, or has left. */
  get isOver(): boolean {
    return this.connection.state === 'closed';
  }

  get isPresent(): boolean {
    return this.connection.isActive && this.#hasApplied && this.openCount === 0;
  }

  call(): void {
    const { calls, plan, prng } = this.#parts;
    const call = calls.make(this, this.isConfirmed);
    const args: Record<string, unknown> = {};
    for (const { accessor, type } of plan.reducers.find(({ accessor }) => accessor === 'act')!.params) {
      args[accessor] = accessor === 'call' ? call.number : randomValue(prng, type);
    }
    this.openCount++;
    const settled = (error: unknown): void => {
      this.openCount--;
      try {
        calls.settled(call, error);
      } catch (failure) {
        this.environment.report(failure);
      }
    };
    this.connection.reducers.act(args).then(() => settled(null), settled);
  }

  /** Lets time pass, and brings to the server what arrives there. `transport`: null: there is no server. */
  advance(ms: number, nowMs: number, transport: FakeTransport | null): void {
    const { environment } = this;
    environment.randomValue = this.#parts.prng.float();
    environment.advance(ms);
    for (const socket of environment.sockets.splice(0)) {
      if (transport === null) socket.lost();
      else {
        const link = new SimulatedLink(socket, transport, this.#parts.prng, nowMs);
        this.#links.push(link);
        this.#sockets.set(link, socket);
      }
    }
    for (const link of this.#links) link.toServer(nowMs);
    environment.settle();
  }

  /** Hands the client what has arrived from the server. */
  receive(nowMs: number): void {
    const { environment } = this;
    for (const link of this.#links) {
      link.toClient(nowMs, 0, (bytes) => {
        link.receive(bytes);
        environment.settle();
        this.throwReported();
      });
    }
    environment.settle();
    this.throwReported();
    this.#links = this.#links.filter(({ isDone }) => !isDone);
  }

  cut(nowMs: number): void {
    for (const link of this.#links) link.cut(nowMs);
  }

  /** The server is gone. What it has sent may yet arrive, or be lost. */
  serverGone(nowMs: number): void {
    if (this.#parts.prng.int(0, 1) === 0) this.receive(nowMs + FAR_MS);
    for (const link of this.#links) link.cut(nowMs - FAR_MS);
    const links = this.#links;
    this.receive(nowMs);
    // One that was not open yet hears of it, too.
    for (const link of links) if (!link.isOver) this.#sockets.get(link)!.lost();
    this.#links = [];
    this.environment.settle();
  }

  throwReported(): void {
    const [error] = this.environment.reported;
    if (error !== undefined) throw error;
  }

  /** At rest: its rows are the server's. */
  compareWith(views: readonly TableView[]): void {
    for (const [position, table] of this.#parts.plan.tables.entries()) {
      if (!isWatched(table)) continue;
      const view = views[position]!;
      const rows: Record<string, unknown>[] = [];
      for (let slot = 0; slot < view.slotCount; slot++) {
        if (view.live[slot] !== 1) continue;
        rows.push(
          objectOf(
            table,
            table.columns.map((_, c) => view.valueAt(c, slot)),
          ),
        );
      }
      const inOrder = Array.from(this.connection.db[table.accessor]!.iter(), (row) =>
        objectOf(
          table,
          table.columns.map(({ accessor }) => row[accessor]),
        ),
      );
      assert(
        textOfRows(inOrder) === textOfRows(rows),
        `client ${this.#parts.name} holds ${inOrder.length} rows of ${table.name} that are not the server's ${rows.length}`,
      );
    }
  }
}

/** Tables that each client sees whole and exactly. */
function isWatched({
  isPublic,
  isEvent,
  spatial,
  visibleToColumn,
  visibleBy,
  columns,
}: Plan['tables'][number]): boolean {
  return (
    isPublic &&
    !isEvent &&
    spatial === null &&
    visibleToColumn === null &&
    visibleBy === undefined &&
    columns.every(({ quantize }) => quantize === null)
  );
}

/** Beyond any delay of a link. */
const FAR_MS = 10_000;
