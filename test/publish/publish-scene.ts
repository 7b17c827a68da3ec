import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Prng } from '@tickbase/base';
import { type ConnectionState, DbConnectionBase, DbConnectionBuilder, makeTables, type Row } from '@tickbase/client';
import { type RunningServer, serverLog, type ServerOptions, startServer } from '@tickbase/runtime';
import { sendOrder } from '../../runtime/host/control/index.ts';
import { loadModule } from '../../runtime/host/load-module.ts';
import type { PublishAnswer } from '../../runtime/host/publish/publish-answer.ts';
import { temporaryFolder } from '../../runtime/host/testing/temporary-folder.ts';
import { writeModule } from '../../runtime/host/testing/write-module.ts';
import { remoteModuleOf } from '../simulation/remote-module-of.ts';

/** A server whose module is replaced, in a folder of its own. */
export class PublishScene {
  readonly modulePath: string;
  readonly dataDir = temporaryFolder();
  readonly logged: { readonly msg: string; readonly level: number }[] = [];
  server!: RunningServer;
  readonly #clients: SceneClient[] = [];

  constructor(source: string) {
    this.modulePath = writeModule(source);
  }

  async start(options: Partial<ServerOptions> = {}): Promise<RunningServer> {
    const write = (line: string): void => void this.logged.push(JSON.parse(line) as { msg: string; level: number });
    this.server = await startServer({
      modulePath: this.modulePath,
      dataDir: this.dataDir,
      database: 'town',
      port: 0,
      log: serverLog({ isForPeople: false, write }),
      limits: { callsPerSecond: 1e6, callsBurst: 1e6, messagesPerSecond: 1e6, messagesBurst: 1e6 },
      ...options,
    });
    return this.server;
  }

  become(source: string): void {
    writeFileSync(join(this.modulePath, 'src/index.ts'), source);
  }

  /** Publishes what the module's folder holds, or this. */
  async publish(source?: string, options: Record<string, unknown> = {}): Promise<PublishAnswer> {
    if (source !== undefined) this.become(source);
    const order = { modulePath: this.modulePath, isDryRun: false, mayBreakClients: false, ...options };
    return (await sendOrder(this.dataDir, 'publish', order)) as unknown as PublishAnswer;
  }

  /** A client with code that was generated for the module's source as it is now. */
  async client(options: { readonly isConfirmed?: boolean; readonly uri?: string } = {}): Promise<SceneClient> {
    const { plan } = await loadModule(this.modulePath);
    const module = remoteModuleOf(plan, new Prng(1));
    const tables = makeTables<Record<string, Row>>(module.tables);
    const client = new SceneClient();
    client.connection = new DbConnectionBuilder({
      module,
      tables,
      make: (setup: never) => new DbConnectionBase(setup),
    } as never)
      .withUri(options.uri ?? this.server.address)
      .withDatabaseName('town')
      .withConfirmedReads(options.isConfirmed)
      .onStateChange((state) => client.states.push(state))
      .onDisconnect((_context, error) => client.ended(error ?? null))
      .withErrorHandler((error) => client.errors.push(String(error)))
      .build() as never;
    this.#clients.push(client);
    await client.until(() => client.states.includes('live'));
    return client;
  }

  async end(): Promise<void> {
    for (const { connection } of this.#clients) connection.disconnect();
    await this.server.stop('the test is over');
  }
}

/** A client that keeps what it was told. */
export class SceneClient {
  connection!: AnyConnection;
  readonly states: ConnectionState[] = [];
  readonly errors: string[] = [];
  /** `insert purse {…}`, in order. */
  readonly changes: string[] = [];
  /** Undefined: it has not ended. */
  end: Error | null | undefined = undefined;
  #changed: () => void = () => {};

  ended(error: Error | null): void {
    this.end = error;
    this.#changed();
  }

  /** Subscribes, and waits for the rows. `watched`: the tables whose changes are kept. */
  async subscribe(queries: readonly string[], watched: readonly string[] = []): Promise<void> {
    for (const table of watched) {
      const handle = this.connection.db[table]!;
      handle.onInsert((_context, row) => this.note(`insert ${table} ${textOf(row)}`));
      handle.onDelete((_context, row) => this.note(`delete ${table} ${textOf(row)}`));
      handle.onUpdate?.((_context, before, row) => this.note(`update ${table} ${textOf(before)} ${textOf(row)}`));
    }
    await new Promise<void>((resolve, reject) => {
      this.connection
        .subscriptionBuilder()
        .onApplied(() => resolve())
        .onError((_context, error) => {
          this.note(`refused ${error.code}`);
          reject(error);
        })
        .subscribe(queries);
    });
  }

  note(change: string): void {
    this.changes.push(change);
    this.#changed();
  }

  rows(table: string): Row[] {
    return [...this.connection.db[table]!.iter()];
  }

  call(reducer: string, args: object = {}): Promise<void> {
    return this.connection.reducers[reducer]!(args);
  }

  /** Resolves once `holds` is true; looks again whenever a change was noted, and now and then. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
        setTimeout(resolve, 5);
      });
    }
  }
}

interface AnyConnection {
  readonly db: Record<string, AnyTable>;
  readonly reducers: Record<string, (args: object) => Promise<void>>;
  readonly state: ConnectionState;
  readonly connectionId: { toHexString(): string };
  subscriptionBuilder(): AnyBuilder;
  query(text: string): Promise<Row[]>;
  disconnect(): void;
}

interface AnyTable {
  iter(): Iterable<Row>;
  onInsert(take: (context: unknown, row: Row) => void): void;
  onDelete(take: (context: unknown, row: Row) => void): void;
  onUpdate?(take: (context: unknown, before: Row, row: Row) => void): void;
}

interface AnyBuilder {
  onApplied(take: () => void): AnyBuilder;
  onError(take: (context: unknown, error: Error & { readonly code: string }) => void): AnyBuilder;
  subscribe(queries: readonly string[]): unknown;
}

/** Names in order, so that equal rows have equal texts. */
export function textOf(row: Row): string {
  const entries = Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(Object.fromEntries(entries), (_key, value: unknown) =>
    typeof value === 'bigint' ? `${value}n` : value,
  );
}
