import type { Prng } from '@tickbase/base';
import { ConnectionLost, SenderError } from '@tickbase/client';
import { DbConnection } from '../../worlds/ledger/module_bindings/index.ts';
import { type BookedCall, CallBook } from './call-book.ts';
import { Deferred } from './deferred.ts';
import type { GivenNumbers } from './given-numbers.ts';
import type { ServerPlace } from './server-place.ts';

export interface LedgerClientOptions {
  readonly client: number;
  readonly isConfirmed: boolean;
  readonly place: ServerPlace;
  readonly numbers: GivenNumbers;
  /** Codes with which the server may refuse calls: they have not run. */
  readonly refusals: readonly string[];
  readonly complain: (what: string) => void;
  /** Called when a promise has settled. */
  readonly settled: () => void;
  /** Called when the link has come or gone. */
  readonly turned: () => void;
}

/**
 * A client of the ledger's world that keeps a book of its calls, over any number of lives of the server. What it sees is held against
 * the book as it comes: a client with confirmed results never sees anything go back.
 */
export class LedgerClient {
  readonly book: CallBook;
  readonly connection: DbConnection;
  /** Results that say that a call ran. */
  confirmedCount = 0;
  /** Results by what they said: `committed`, or a code. */
  readonly outcomes = new Map<string, number>();
  /** Promises that have not settled. */
  openCount = 0;
  /** What the last promise said. */
  lastOutcome = '';
  /** Settles when its subscriptions have been applied. */
  readonly ready: Promise<void>;
  readonly #numbers: GivenNumbers;
  readonly #options: LedgerClientOptions;
  constructor(options: LedgerClientOptions) {
    const { client, isConfirmed, place, numbers } = options;
    this.book = new CallBook(client, isConfirmed);
    this.#options = options;
    this.#numbers = numbers;
    const { promise, resolve, reject } = new Deferred();
    this.ready = promise;
    this.connection = DbConnection.builder()
      .withUri('ws://127.0.0.1:1')
      .withDatabaseName('ledger')
      .withConfirmedReads(isConfirmed)
      .withEnvironment(place.environment((error) => this.#complain(String(error))))
      .onConnect((connection) => {
        connection
          .subscriptionBuilder()
          .onApplied(() => resolve())
          .subscribe([
            `SELECT * FROM entry WHERE client = ${client}`,
            `SELECT * FROM account WHERE client = ${client}`,
          ]);
      })
      .onConnectError((_context, error) => reject(error))
      .onStateChange(() => options.turned())
      .onDisconnect((_context, error) => {
        if (error !== undefined) this.#complain(`the connection ended: ${String(error)}`);
      })
      .build();
    if (isConfirmed) this.#watch();
  }

  #complain(what: string): void {
    this.#options.complain(`client ${this.book.client}: ${what}`);
  }

  #watch(): void {
    const { entry, account } = this.connection.db;
    entry.onInsert((_context, { id, call, slip }) => {
      const key = `${this.book.client}:${call}`;
      const problem = this.#numbers.note('entry', id, key) ?? this.#numbers.note('slip', slip, key);
      if (problem !== null) this.#complain(problem);
    });
    entry.onUpdate((_context, before) =>
      this.#complain(`entry ${before.id} of call ${before.call} was seen, and then changed`),
    );
    entry.onDelete((_context, { call }) => {
      if (call >= this.book.settleAsked) this.#complain(`call ${call} was seen, and then taken back`);
    });
    account.onUpdate((_context, before, row) => {
      if (row.calls < before.calls) this.#complain(`the account went back from ${before.calls} calls to ${row.calls}`);
    });
    account.onDelete(() => this.#complain('the account was seen, and then taken back'));
  }

  /** One call by the seed. */
  act(prng: Prng, noteBytesMax: number): void {
    const { book, connection } = this;
    const kind = prng.int(0, 19);
    if (kind === 0) {
      this.#settles(connection.reducers.refuse({ client: book.client, call: 0 }), null);
      return;
    }
    const amount = prng.int(-1000, 1000);
    const alarmMs = kind <= 3 ? prng.int(1, 400) : 0;
    const note = String.fromCharCode(97 + prng.int(0, 25)).repeat(prng.int(0, noteBytesMax));
    const booked = book.add(amount, alarmMs, note);
    const { client } = book;
    this.#settles(connection.reducers.record({ client, call: booked.call, amount, alarmMs, note }), booked);
  }

  /** Asks to fold away all calls but the last `keep`, as far as it is known whether they ran. */
  settle(keep: number): void {
    const { book } = this;
    const open = [...book.calls.values()].find(({ outcome }) => outcome !== 'ran' && outcome !== 'not run');
    const below = Math.min(book.nextCall - keep, open?.call ?? Infinity);
    if (below <= book.settleAsked) return;
    book.settleAsked = below;
    const told = this.connection.reducers.settle({ client: book.client, below });
    this.openCount++;
    told.then(
      () => {
        this.openCount--;
        // Without confirmed results it may yet be lost.
        if (book.isConfirmed) book.settleConfirmed = below;
        this.#options.settled();
      },
      () => {
        this.openCount--;
        this.#options.settled();
      },
    );
  }

  #settles(promise: Promise<void>, booked: BookedCall | null): void {
    this.openCount++;
    promise.then(
      () => this.#settled(booked, null),
      (error: unknown) => this.#settled(booked, error),
    );
  }

  #settled(booked: BookedCall | null, error: unknown): void {
    const code = error === null ? 'committed' : codeOf(error);
    this.openCount--;
    this.lastOutcome = code;
    this.outcomes.set(code, (this.outcomes.get(code) ?? 0) + 1);
    if (booked === null) {
      if (error === null) this.#complain('a call that refuses was committed');
    } else if (booked.outcome !== 'open') this.#complain(`the promise of call ${booked.call} settled twice`);
    else {
      booked.outcome = this.#outcomeOf(error, booked);
      if (booked.outcome === 'ran') this.confirmedCount++;
    }
    this.#options.settled();
  }

  #outcomeOf(error: unknown, { call }: BookedCall): BookedCall['outcome'] {
    const { isConfirmed } = this.book;
    if (error === null) {
      return isConfirmed ? 'ran' : 'told';
    }
    if (this.#options.refusals.includes(codeOf(error))) return 'not run';
    if (error instanceof ConnectionLost) {
      if (error.code === 'CALL_NOT_SENT') return 'not run';
      if (error.code === 'CALL_OUTCOME_UNKNOWN') return 'unknown';
      // It was processed, and what it changed is kept; where calls may be refused, it may have been that.
      if (error.code === 'CALL_RESULT_LOST') return this.#options.refusals.length > 0 ? 'unknown' : 'ran';
    }
    if (error instanceof SenderError) {
      this.#complain(`call ${call} was refused: ${error.message}`);
      return 'not run';
    }
    this.#complain(`call ${call} failed: ${String(error)}`);
    return 'not run';
  }

  leave(): void {
    this.connection.disconnect();
  }
}

function codeOf(error: unknown): string {
  return (error as { code?: string }).code ?? String(error);
}
