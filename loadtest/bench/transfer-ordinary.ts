import type { DbConnectionBase } from '@tickbase/client';
import { latencyHistogram } from '../latency-histogram.ts';
import { connectLibrary } from './connect-library.ts';
import { firstPlace, TIMED_EACH, type TransferCounts, type TransferLoad, type TransferPlace } from './transfer-load.ts';

interface Names {
  readonly db: Readonly<Record<string, never>>;
  readonly reducers: { transfer(args: { from: number; to: number; amount: bigint }): Promise<void> };
  readonly tables: Readonly<Record<string, never>>;
}

/** Through the client library, as a program uses it: each call has its promise, and what the promise tells is what counts. */
export async function ordinaryTransfers(place: TransferPlace): Promise<TransferLoad> {
  const connect = await connectLibrary<Names>(place.uri);
  const counts: TransferCounts = { done: 0, refused: 0, latencyUs: latencyHistogram() };
  const tellers: Teller[] = [];
  for (let i = 0; i < place.connections; i++) {
    tellers.push(new Teller(await connect(), place.pairs, firstPlace(place, i), counts));
  }
  return {
    counts,
    begin: () => {
      for (const teller of tellers) for (let i = 0; i < place.inFlight; i++) teller.next();
    },
    end: async () => {
      await Promise.all(tellers.map((teller) => teller.end()));
    },
    leave: () => {
      for (const { connection } of tellers) connection.disconnect();
    },
  };
}

/** One connection's calls. */
class Teller {
  readonly connection: DbConnectionBase<Names>;
  readonly #pairs: Uint32Array;
  readonly #counts: TransferCounts;
  #place: number;
  #waitingCount = 0;
  #callCount = 0;
  #settleEnd: (() => void) | null = null;

  constructor(connection: DbConnectionBase<Names>, pairs: Uint32Array, place: number, counts: TransferCounts) {
    this.connection = connection;
    this.#pairs = pairs;
    this.#place = place;
    this.#counts = counts;
  }

  next(): void {
    if (this.#settleEnd !== null) return;
    const pairs = this.#pairs;
    const from = pairs[this.#place]!;
    const to = pairs[this.#place + 1]!;
    this.#place = this.#place + 2 === pairs.length ? 0 : this.#place + 2;
    this.#waitingCount++;
    const answer = this.connection.reducers.transfer({ from, to, amount: 1n });
    if (this.#callCount++ % TIMED_EACH === 0) this.#time(answer);
    answer.then(this.#committed, this.#refused);
  }

  end(): Promise<void> {
    return new Promise((resolve) => {
      this.#settleEnd = resolve;
      if (this.#waitingCount === 0) resolve();
    });
  }

  readonly #committed = (): void => {
    this.#counts.done++;
    this.#answered();
  };

  readonly #refused = (): void => {
    this.#counts.refused++;
    this.#answered();
  };

  #answered(): void {
    this.#waitingCount--;
    this.next();
    if (this.#waitingCount === 0) this.#settleEnd?.();
  }

  #time(answer: Promise<void>): void {
    const startMs = performance.now();
    const took = (): void => this.#counts.latencyUs.recordValue((performance.now() - startMs) * 1000);
    answer.then(took, took);
  }
}
