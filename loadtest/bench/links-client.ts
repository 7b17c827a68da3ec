import { TickbaseError } from '@tickbase/client';
import { DbConnection, tables } from '../modules/links/module_bindings/index.ts';

/** Keys of the calls of one client: client × KEYS + n. */
const KEYS = 100_000;

/** A client that calls without pause while its links break, and knows what became of each call. */
export class LinksClient {
  readonly connection: DbConnection;
  readonly number: number;
  /** By key: 'pending', 'done', or the code of the rejection. */
  readonly outcomes = new Map<number, string>();
  /** Milliseconds from each loss of the link until it was live again. */
  readonly awayMs: number[] = [];
  #lostAtMs: number | null = null;

  private constructor(number: number, connection: DbConnection) {
    this.number = number;
    this.connection = connection;
    connection.onStateChange((state) => {
      const nowMs = performance.now();
      if (state === 'resuming') this.#lostAtMs = nowMs;
      else if (state === 'live' && this.#lostAtMs !== null) {
        this.awayMs.push(nowMs - this.#lostAtMs);
        this.#lostAtMs = null;
      }
    });
  }

  /** Settles when its subscription is complete. */
  static open(address: string, number: number): Promise<LinksClient> {
    return new Promise((resolve, reject) => {
      DbConnection.builder()
        .withUri(address)
        .withDatabaseName('links')
        .withErrorHandler(() => {})
        .onConnect((connection) => {
          const client = new LinksClient(number, connection);
          connection
            .subscriptionBuilder()
            .onApplied(() => resolve(client))
            .onError((_context, error) => reject(error))
            .subscribe([tables.receipt.where((row) => row.client.eq(number)), tables.body, tables.nameplate]);
        })
        .onConnectError((_context, error) => reject(error))
        .build();
    });
  }

  call(): void {
    const key = this.number * KEYS + this.outcomes.size;
    this.outcomes.set(key, 'pending');
    this.connection.reducers.apply({ client: this.number, key }).then(
      () => this.outcomes.set(key, 'done'),
      (error: unknown) => this.outcomes.set(key, codeOf(error)),
    );
  }

  get pendingCount(): number {
    return [...this.outcomes.values()].filter((outcome) => outcome === 'pending').length;
  }

  /** What is wrong with its calls, by the server's own rows; empty: each was applied once, or not, as its promise says. */
  wrongs(applied: ReadonlySet<number>): string[] {
    const wrongs: string[] = [];
    for (const [key, outcome] of this.outcomes) {
      const isApplied = applied.has(key);
      const isRight =
        outcome === 'done' || outcome === 'CALL_RESULT_LOST'
          ? isApplied
          : outcome === 'CALL_NOT_SENT'
            ? !isApplied
            : outcome === 'CALL_OUTCOME_UNKNOWN';
      if (!isRight) wrongs.push(`call ${key}: ${outcome}, ${isApplied ? 'applied' : 'not applied'}`);
    }
    const own = new Set(Array.from(this.connection.db.receipt.iter(), ({ key }) => key));
    const mine = [...applied].filter((key) => Math.floor(key / KEYS) === this.number);
    if (own.size !== mine.length || mine.some((key) => !own.has(key))) {
      wrongs.push(`client ${this.number} has ${own.size} of ${mine.length} receipts`);
    }
    return wrongs;
  }

  /** True when its copy of the bodies is the server's. */
  hasBodies(bodies: ReadonlyMap<number, string>): boolean {
    const own = [...this.connection.db.body.iter()];
    return own.length === bodies.size && own.every((row) => bodies.get(row.id) === bodyText(row));
  }
}

/** What of a body is to be equal everywhere. */
export function bodyText({ x, y, hp, kind }: { x: number; y: number; hp: number; kind: number }): string {
  return `${x.toFixed(2)} ${y.toFixed(2)} ${hp} ${kind}`;
}

function codeOf(error: unknown): string {
  if (error instanceof TickbaseError) return error.code;
  return (error as { code?: string }).code ?? String(error);
}
