import type { Prng } from '@tickbase/base';
import { audit } from './audit.ts';
import { Auditor } from './auditor.ts';
import { GivenNumbers } from './given-numbers.ts';
import { LedgerClient } from './ledger-client.ts';
import { ServerPlace } from './server-place.ts';

export interface CrewOptions {
  readonly prng: Prng;
  readonly noteBytesMax: number;
  readonly clientCount?: number;
  /** Codes with which the server may refuse calls in this test. */
  readonly refusals?: readonly string[];
}

/**
 * Several clients that call, the last of them without confirmed results, and one that looks. They stay the same over all lives of the
 * server. The first thing that is wrong makes every later wait throw.
 */
export class Crew {
  readonly place = new ServerPlace();
  readonly clients: LedgerClient[] = [];
  readonly numbers = new GivenNumbers();
  /** Where it is true, waits end by throwing ServerGone. */
  isServerGone: () => boolean = () => false;
  readonly #options: CrewOptions;
  readonly #complaints: string[] = [];
  #auditor: Auditor | null = null;
  #isBusy = false;
  readonly #pausing = new Set<LedgerClient>();
  #waiters = new Set<() => void>();

  constructor(options: CrewOptions) {
    this.#options = options;
  }

  /** A server has come up, for the first time or again. */
  async board(port: number): Promise<void> {
    this.place.cameUp(port);
    if (this.#auditor !== null) return;
    const { clientCount = CLIENTS, refusals = [] } = this.#options;
    for (let i = 0; i < clientCount; i++) {
      const client = new LedgerClient({
        client: 11 + 3 * i, // no index of anything: one that is mistaken for another shows
        isConfirmed: i !== clientCount - 1,
        place: this.place,
        numbers: this.numbers,
        refusals,
        complain: (what) => this.complain(what),
        settled: () => {
          if (this.#isBusy) this.#fill(client);
          this.wake();
        },
        turned: () => this.wake(),
      });
      this.clients.push(client);
    }
    this.#auditor = new Auditor(
      this.place,
      (what) => this.complain(what),
      () => this.wake(),
    );
    await this.orComplain(Promise.all([...this.clients.map(({ ready }) => ready), this.#auditor.ready]));
  }

  /** The server is gone: attempts to connect fail at once. */
  disembark(): void {
    this.place.port = null;
  }

  /** Keeps calls of each client in flight, or has them run out. */
  busy(isBusy: boolean): void {
    this.#isBusy = isBusy;
    if (!isBusy) return;
    for (const client of this.clients) {
      const isDue = this.#options.prng.int(0, 2) === 0 || client.book.calls.size > SETTLED_FROM;
      if (isDue) client.settle(KEPT_CALLS);
      this.#fill(client);
    }
  }

  /** Results that say that a call ran, to clients with confirmed results. */
  get confirmedCount(): number {
    return this.clients.reduce((count, client) => count + client.confirmedCount, 0);
  }

  /** How many promises said this, of all clients: `committed`, or a code. */
  outcomeCount(what: string): number {
    return this.clients.reduce((count, { outcomes }) => count + (outcomes.get(what) ?? 0), 0);
  }

  get outcomes(): Map<string, number> {
    const all = new Map<string, number>();
    for (const { outcomes } of this.clients) {
      for (const [what, count] of outcomes) all.set(what, (all.get(what) ?? 0) + count);
    }
    return all;
  }

  /** Waits until all promises have settled, and holds what the server and the caches have against the books. */
  async audit(): Promise<void> {
    this.busy(false);
    await this.until(() => this.clients.every(isAtRest) && this.#auditor!.isActive);
    if (!this.#auditor!.isActive) throw new Error('the auditor does not come back');
    const open = this.clients.find(({ openCount }) => openCount > 0);
    const lost = this.clients.find(({ connection }) => !connection.isActive);
    if (lost !== undefined) throw new Error(`client ${lost.book.client} does not come back`);
    if (open !== undefined) throw new Error(`promises of client ${open.book.client} do not settle`);
    const rows = await this.orComplain(this.#auditor!.look());
    const books = this.clients.map(({ book }) => book);
    const problems = audit(rows, books, this.numbers);
    problems.push(...(await this.orComplain(this.#auditor!.compare(rows, this.clients))));
    if (problems.length > 0) throw new Error(problems.slice(0, PROBLEMS_TOLD).join('\n'));
    this.check();
  }

  /** Has the world forget connections that have come and gone. */
  async sweep(): Promise<void> {
    await this.orComplain(this.#auditor!.sweep());
  }

  /** Waits for a state, or for so long. Throws when something is wrong. */
  async until(holds: () => boolean, waitMs = PATIENCE_MS): Promise<void> {
    const endMs = performance.now() + waitMs;
    const timer = setTimeout(() => this.wake(), waitMs + 1);
    while (!holds() && performance.now() < endMs && this.#complaints.length === 0 && !this.isServerGone()) {
      await new Promise<void>((wake) => this.#waiters.add(wake));
    }
    clearTimeout(timer);
    this.check();
    if (this.isServerGone()) throw new ServerGone();
  }

  /** Something may have changed that somebody waits for. */
  wake(): void {
    const waiters = this.#waiters;
    this.#waiters = new Set();
    for (const wake of waiters) wake();
  }

  complain(what: string): void {
    this.#complaints.push(what);
    this.wake();
  }

  check(): void {
    if (this.#complaints.length > 0) throw new Error(this.#complaints.slice(0, PROBLEMS_TOLD).join('\n'));
  }

  leave(): void {
    this.#isBusy = false;
    for (const client of this.clients) client.leave();
    this.#auditor?.leave();
  }

  /** A promise that must settle unless something is wrong. */
  async orComplain<T>(promise: Promise<T>): Promise<T> {
    let settled: { readonly value: T } | { readonly error: unknown } | null = null;
    promise.then(
      (value) => {
        settled = { value };
        this.wake();
      },
      (error: unknown) => {
        settled = { error };
        this.wake();
      },
    );
    await this.until(() => settled !== null);
    if (settled === null) throw new Error(`what must come has not come within ${PATIENCE_MS} ms`);
    if ('error' in (settled as object)) throw (settled as { error: unknown }).error;
    return (settled as { value: T }).value;
  }

  /** Without a link, and where calls are refused at once, the next ones are made a little later. */
  #fill(client: LedgerClient): void {
    const { refusals = [], prng, noteBytesMax } = this.#options;
    if (client.book.calls.size >= CALLS_MAX) return; // until an audit has seen what became of them
    const isHeldUp = !client.connection.isActive || refusals.includes(client.lastOutcome);
    if (!isHeldUp) while (client.openCount < IN_FLIGHT) client.act(prng, noteBytesMax);
    else if (!this.#pausing.has(client)) {
      this.#pausing.add(client);
      setTimeout(() => {
        this.#pausing.delete(client);
        client.lastOutcome = '';
        if (this.#isBusy) this.#fill(client);
      }, PAUSE_MS);
    }
  }
}

/** The server has ended while something was waited for. */
export class ServerGone extends Error {
  override readonly message = 'the server has ended';
}

const CLIENTS = 5;
const IN_FLIGHT = 12;
const KEPT_CALLS = 40;
const SETTLED_FROM = 200;
/** Of each client, so that a query gives all of them. */
const CALLS_MAX = 1200;
/** Far beyond what it takes: a promise that has not settled by then never does. */
const PATIENCE_MS = 20_000;
const PAUSE_MS = 20;
const PROBLEMS_TOLD = 20;

function isAtRest({ openCount, connection }: LedgerClient): boolean {
  return openCount === 0 && connection.isActive;
}
