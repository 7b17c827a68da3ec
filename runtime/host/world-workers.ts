import type { Logger } from 'pino';
import { availableParallelism } from 'node:os';
import type { DiffBuilder } from '../interest/index.ts';
import type { Table } from '../store/index.ts';
import type { World } from '../transactions/world.ts';
import { DiffWorkers } from '../workers/index.ts';

/**
 * The threads beside a world's tick thread. They begin with the rows that there are; when one fails all are given up, the tick thread
 * does their work, and after a while they begin anew.
 */
export class WorldWorkers {
  /** Starts that failed, or workers that ended by themselves. */
  failureCount = 0;
  readonly #options: WorldWorkersOptions;
  #workers: DiffWorkers | null = null;
  #isFollowing = false;
  #employer: { readonly world: World; readonly diffs: DiffBuilder } | null = null;
  #retryMs = Number.POSITIVE_INFINITY;

  constructor(options: WorldWorkersOptions) {
    this.#options = options;
  }

  /** Threads that follow the world at the moment. */
  get count(): number {
    return this.#isFollowing ? this.#options.count : 0;
  }

  /** Records that the slowest of them has yet to take in. */
  get waitingCount(): number {
    return this.#workers?.waitingCount ?? 0;
  }

  /** Works for this world from now on. Between two ticks. */
  workFor(world: World, diffs: DiffBuilder): void {
    void this.#workers?.end();
    this.#employer = { world, diffs };
    this.#begin();
  }

  /** Between two ticks; `tick`: the last record, which the diff builder has. */
  afterTick(nowMs: number, tick: number): void {
    if (nowMs >= this.#retryMs) this.#begin();
    if (this.#isFollowing || this.#workers === null || !this.#workers.isStarted) return;
    const { world, diffs } = this.#employer!;
    this.#workers.follow(world.tables as readonly Table[], tick);
    this.#isFollowing = true;
    diffs.employ(this.#workers);
    this.#options.log.info({ workers: this.#options.count }, 'workers follow the world');
  }

  /** Fulfilled when no thread is left. */
  async end(): Promise<void> {
    this.#retryMs = Number.POSITIVE_INFINITY;
    this.#employer?.diffs.employ(null);
    this.#employer = null;
    await this.#workers?.end();
    this.#workers = null;
  }

  #begin(): void {
    const { count, onDone } = this.#options;
    const employer = this.#employer;
    this.#workers = null;
    this.#isFollowing = false;
    this.#retryMs = Number.POSITIVE_INFINITY;
    if (count === 0 || employer === null) return;
    const workers = new DiffWorkers(employer.world.plan, {
      count,
      onDone,
      onFailure: (error) => {
        if (this.#workers === workers) this.#fail(error);
      },
    });
    this.#workers = workers;
  }

  #fail(error: unknown): void {
    const { log, nowMs } = this.#options;
    this.failureCount++;
    this.#employer?.diffs.employ(null);
    void this.#workers?.end();
    this.#workers = null;
    this.#isFollowing = false;
    this.#retryMs = nowMs() + RETRY_MS;
    log.error({ err: error }, 'the workers are given up: the tick thread does their work until they begin anew');
  }
}

export interface WorldWorkersOptions {
  readonly count: number;
  readonly log: Logger;
  readonly nowMs: () => number;
  /** Workers have told that they are done with something. */
  readonly onDone: () => void;
}

/** `auto`: a core for the tick, one for the rest of the system. */
export function workerCount(workers: number | 'auto'): number {
  return workers === 'auto' ? Math.min(AUTO_MAX, Math.max(0, availableParallelism() - 2)) : workers;
}

const AUTO_MAX = 4;
const RETRY_MS = 10_000;
