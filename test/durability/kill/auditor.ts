import { DbConnection } from '../../worlds/ledger/module_bindings/index.ts';
import { Deferred } from './deferred.ts';
import type { LedgerClient } from './ledger-client.ts';
import type { ServerPlace } from './server-place.ts';
import type { WorldRows } from './world-rows.ts';

/** A client that makes no calls and watches all tables, over any number of lives of the server. */
export class Auditor {
  readonly ready: Promise<void>;
  readonly #connection: DbConnection;

  /** `turned`: called when the link has come or gone. */
  constructor(place: ServerPlace, complain: (what: string) => void, turned: () => void) {
    const { promise, resolve, reject } = new Deferred();
    this.ready = promise;
    this.#connection = DbConnection.builder()
      .withUri('ws://127.0.0.1:1')
      .withDatabaseName('ledger')
      .withEnvironment(place.environment((error) => complain(`auditor: ${String(error)}`)))
      .onConnect((connection) => {
        connection.subscriptionBuilder().onApplied(resolve).subscribeToAllTables();
      })
      .onConnectError((_context, error) => reject(error))
      .onStateChange(turned)
      .build();
  }

  get isActive(): boolean {
    return this.#connection.isActive;
  }

  /** All tables at one tick that is not before this call. */
  async look(): Promise<WorldRows> {
    // The answer is of the tick that the cache is at.
    await this.#connection.query('SELECT * FROM total');
    const { entry, account, total, alarm, rung, visit } = this.#connection.db;
    return {
      entry: [...entry.iter()],
      account: [...account.iter()],
      total: [...total.iter()],
      alarm: [...alarm.iter()],
      rung: [...rung.iter()],
      visit: [...visit.iter()],
    };
  }

  /** What differs between `rows`, the table past any cache, and the clients' caches, while nobody calls. */
  async compare(rows: WorldRows, clients: readonly LedgerClient[]): Promise<string[]> {
    const problems: string[] = [];
    const say = (who: string, table: string, has: readonly object[], truth: readonly object[]): void => {
      if (textOf(has) === textOf(truth)) return;
      problems.push(`${who} holds ${has.length} rows of ${table}, which are not the table's ${truth.length}`);
    };
    const [entries, accounts] = await Promise.all([
      this.#connection.query('SELECT * FROM entry') as Promise<object[]>,
      this.#connection.query('SELECT * FROM account') as Promise<object[]>,
    ]);
    say('the auditor', 'entry', rows.entry, entries);
    say('the auditor', 'account', rows.account, accounts);
    for (const { book, connection } of clients) {
      await connection.query('SELECT * FROM total');
      const own = (row: object): boolean => (row as { client: number }).client === book.client;
      say(`client ${book.client}`, 'entry', [...connection.db.entry.iter()], entries.filter(own));
      say(`client ${book.client}`, 'account', [...connection.db.account.iter()], accounts.filter(own));
    }
    problems.push(...this.#compareVisits(rows, clients));
    return problems;
  }

  /** Each connection came once; those that are gone went once, whatever ended them; those that stand have not. */
  #compareVisits({ visit }: WorldRows, clients: readonly LedgerClient[]): string[] {
    const problems: string[] = [];
    const standing = new Set(
      [this.#connection, ...clients.map(({ connection }) => connection)].map((c) => String(c.connectionId)),
    );
    for (const { connection, came, went } of visit) {
      const expected = standing.delete(String(connection)) ? 0 : 1;
      if (came === 1 && went === expected) continue;
      problems.push(`connection ${String(connection)} came ${came} times and went ${went} times, ${expected} is right`);
    }
    for (const connection of standing) problems.push(`connection ${connection} stands, and no row says that it came`);
    return problems;
  }

  /** Has the world forget connections that have come and gone. */
  sweep(): Promise<void> {
    return this.#connection.reducers.sweep();
  }

  leave(): void {
    this.#connection.disconnect();
  }
}

function textOf(rows: readonly object[]): string {
  return rows
    .map((row) => JSON.stringify(row, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value)))
    .sort()
    .join('\n');
}
