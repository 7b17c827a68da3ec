import { Piscina } from 'piscina';
import type { Plan } from '@tickbase/schema/plan';
import type { DoneJobs, PieceJobs, PieceWorkers } from '../interest/index.ts';
import { type CommitRecord, Replica, type Table } from '../store/index.ts';
import { RecordBuffers } from './record-buffers.ts';
import { WorkerLane } from './worker-lane.ts';

export interface DiffWorkersOptions {
  readonly count: number;
  /** Jobs of a tick are done, in a turn of the event loop of its own: `collect` may be worth a look. */
  readonly onDone: () => void;
  /** A worker ended by itself, or fell too far behind: all go. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * Threads that encode pieces. Each has a replica of the public tables and one long job, for as long as the workers live; what they share
 * with the tick's thread is memory, and words in it say how far each is. A record that no worker has room for ends all of them.
 */
export class DiffWorkers implements PieceWorkers {
  readonly laneCount: number;
  readonly #options: DiffWorkersOptions;
  readonly #pool: Piscina;
  readonly #lanes: readonly WorkerLane[];
  readonly #records = new RecordBuffers();
  #isEnded = false;

  /** Starts the threads, which takes some tenths of a second: `isStarted` says when they are there. */
  constructor(plan: Plan, options: DiffWorkersOptions) {
    const { count, onDone } = options;
    this.#options = options;
    this.laneCount = count;
    const isSource = import.meta.url.endsWith('.ts');
    this.#pool = new Piscina({
      filename: new URL(`./worker-program.${isSource ? 'ts' : 'js'}`, import.meta.url).href,
      execArgv: isSource ? ['--conditions=tickbase-source', '--import', 'tsx'] : [],
      name: 'work',
      minThreads: count,
      maxThreads: count,
      idleTimeout: Number.POSITIVE_INFINITY,
    });
    this.#lanes = Array.from({ length: count }, () => new WorkerLane(onDone));
    for (const lane of this.#lanes) {
      const task = lane.task(plan);
      this.#pool.run(task, { transferList: [task.port] }).then(
        () => this.#fail(new Error('a worker ended its job')),
        (error: unknown) => this.#fail(error),
      );
    }
  }

  get isStarted(): boolean {
    return !this.#isEnded && this.#lanes.every((lane) => lane.isStarted);
  }

  /** Begins with the rows of `tables` as they are now, between two ticks: from here on every record is to be posted. */
  follow(tables: readonly Table[], tick: number): void {
    const rows = shared(Replica.encode(tables, tick));
    for (const lane of this.#lanes) lane.load(rows);
  }

  get isReady(): boolean {
    return !this.#isEnded && this.#lanes.every((lane) => lane.takesJobs);
  }

  post(record: CommitRecord, jobs: readonly PieceJobs[] | null): void {
    if (this.#isEnded) return;
    if (this.#lanes.some((lane) => lane.isFull)) {
      this.#fail(new Error('a worker does not follow the records'));
      return;
    }
    const serial = (this.#lanes[0]!.posted + 1) | 0;
    this.#records.take(record, serial, (other) => this.#lanes.every((lane) => lane.hasDone(other)));
    for (const [i, lane] of this.#lanes.entries())
      lane.post(this.#records, jobs !== null && jobs[i]!.count > 0 ? jobs[i]! : null);
  }

  collect(take: (done: DoneJobs) => void): boolean {
    let isAll = true;
    for (const lane of this.#lanes) if (!lane.collect(take)) isAll = false;
    return isAll || this.#isEnded;
  }

  giveUp(): void {
    for (const lane of this.#lanes) lane.giveUp();
  }

  /** Entries that the slowest worker has not done. */
  get waitingCount(): number {
    return Math.max(0, ...this.#lanes.map((lane) => lane.waitingCount));
  }

  /** Fulfilled when no thread is left. */
  async end(): Promise<void> {
    if (!this.#isEnded) this.#stop();
    await this.#pool.destroy();
  }

  #fail(error: unknown): void {
    if (this.#isEnded) return;
    this.#stop();
    this.#options.onFailure(error);
  }

  #stop(): void {
    this.#isEnded = true;
    for (const lane of this.#lanes) lane.stop();
  }
}

function shared(bytes: Uint8Array): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(bytes.length);
  new Uint8Array(buffer).set(bytes);
  return buffer;
}
