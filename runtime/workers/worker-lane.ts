import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { Plan } from '@tickbase/schema/plan';
import type { DoneJobs, PieceJobs } from '../interest/index.ts';
import {
  DONE,
  ENTRY_JOBS,
  ENTRY_JOBS_LENGTH,
  ENTRY_LOGGED_BYTES,
  ENTRY_RECORD,
  ENTRY_WIRE_BYTES,
  entryOf,
  LANE_WORDS,
  OUT_BYTES,
  OUT_COUNT,
  POSTED,
  RING_ENTRIES,
  STOP,
} from './lane-memory.ts';
import type { RecordBuffers } from './record-buffers.ts';
import { ROWS_NUMBER, type SharedBuffer, type WorkerNews, type WorkerTask } from './worker-program.ts';

/** The tick thread's end of one worker. */
export class WorkerLane {
  /** The worker is there, and may be given rows. */
  isStarted = false;
  /** Serial of the next entry. */
  posted = 0;
  readonly #words = new Int32Array(new SharedArrayBuffer(4 * LANE_WORDS));
  readonly #port: MessagePort;
  readonly #theirPort: MessagePort;
  readonly #onDone: () => void;
  /** Records' buffers that the worker knows. */
  readonly #known = new Set<number>();
  #jobs: Uint32Array = new Uint32Array(0);
  #jobsNumber = JOBS_NUMBER_FIRST;
  #output = new SharedArrayBuffer(0);
  /** Serial behind the last entry with jobs, if they are awaited; else NONE. */
  #awaited: number | null = NONE;
  /** The same, awaited or not. */
  #jobsSerial = 0;

  /** `onDone`: jobs are done; in a turn of the event loop of its own. */
  constructor(onDone: () => void) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#theirPort = port2;
    this.#onDone = onDone;
    port1.on('message', (news: WorkerNews) => this.#hear(news));
    port1.unref();
  }

  /** What the worker is to be started with; `port` is to be handed over. */
  task(plan: Plan): WorkerTask {
    return { plan, lane: this.#words.buffer as SharedArrayBuffer, port: this.#theirPort };
  }

  /** Gives the worker the rows from which it begins. Once, before the first entry. */
  load(rows: SharedArrayBuffer): void {
    this.#tell({ number: ROWS_NUMBER, buffer: rows, drops: NO_NUMBER });
  }

  /** Entries that the worker has not done yet. */
  get waitingCount(): number {
    return (this.posted - Atomics.load(this.#words, DONE)) | 0;
  }

  /** No more entries can be posted until the worker has done some. */
  get isFull(): boolean {
    return this.waitingCount >= RING_ENTRIES;
  }

  /** It has done the jobs that it was given before. */
  get takesJobs(): boolean {
    return this.hasDone(this.#jobsSerial);
  }

  /** It has done all entries before this serial. */
  hasDone(serial: number): boolean {
    return ((Atomics.load(this.#words, DONE) - serial) | 0) >= 0;
  }

  post(records: RecordBuffers, jobs: PieceJobs | null): void {
    const { number, drops, loggedBytes, wireBytes, buffer } = records.current;
    if (!this.#known.has(number)) {
      this.#known.delete(drops);
      this.#known.add(number);
      this.#tell({ number, buffer, drops });
    }
    const words = this.#words;
    const entry = entryOf(this.posted);
    words[entry + ENTRY_RECORD] = number;
    words[entry + ENTRY_LOGGED_BYTES] = loggedBytes;
    words[entry + ENTRY_WIRE_BYTES] = wireBytes;
    words[entry + ENTRY_JOBS] = jobs === null ? -1 : this.#share(jobs);
    words[entry + ENTRY_JOBS_LENGTH] = jobs === null ? 0 : jobs.length;
    this.posted = (this.posted + 1) | 0;
    this.#awaited = jobs === null ? NONE : this.posted;
    if (jobs !== null) this.#jobsSerial = this.posted;
    Atomics.store(words, POSTED, this.posted);
    Atomics.notify(words, POSTED);
  }

  /** True when nothing is awaited any more. What was awaited is handed to `take`. */
  collect(take: (done: DoneJobs) => void): boolean {
    if (this.#awaited === NONE) return true;
    if (Atomics.load(this.#words, DONE) !== this.#awaited) return false;
    for (let news = receiveMessageOnPort(this.#port); news !== undefined; news = receiveMessageOnPort(this.#port)) {
      this.#note(news.message as WorkerNews);
    }
    this.#awaited = NONE;
    const count = this.#words[OUT_COUNT]!;
    take({
      count,
      ends: new Uint32Array(this.#output, 0, 2 * count),
      bytes: new Uint8Array(this.#output, 8 * count, this.#words[OUT_BYTES]!),
    });
    return true;
  }

  /** What is awaited is no longer wanted. */
  giveUp(): void {
    this.#awaited = NONE;
  }

  stop(): void {
    Atomics.store(this.#words, STOP, 1);
    Atomics.store(this.#words, POSTED, (this.posted + 1) | 0);
    Atomics.notify(this.#words, POSTED);
    this.#port.close();
  }

  #hear(news: WorkerNews): void {
    this.#note(news);
    if (news.done === this.#awaited) this.#onDone();
  }

  #note({ output, isStarted }: WorkerNews): void {
    if (isStarted === true) this.isStarted = true;
    if (output !== undefined) this.#output = output;
  }

  /** Copies the jobs to where the worker reads them, and gives that place's number. */
  #share(jobs: PieceJobs): number {
    if (this.#jobs.length < jobs.length) {
      const capacity = 2 ** Math.ceil(Math.log2(Math.max(jobs.length, JOB_WORDS_MIN)));
      const buffer = new SharedArrayBuffer(4 * capacity);
      this.#jobs = new Uint32Array(buffer);
      const drops = this.#jobsNumber++;
      this.#tell({ number: this.#jobsNumber, buffer, drops });
    }
    this.#jobs.set(jobs.words.subarray(0, jobs.length));
    return this.#jobsNumber;
  }

  #tell({ number, buffer, drops }: SharedBuffer): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of threads, not a window
    this.#port.postMessage({ number, buffer, drops });
  }
}

const NONE = null;
const NO_NUMBER = -1;

/** Buffers of records have the numbers below. */
const JOBS_NUMBER_FIRST = 1 << 30;
const JOB_WORDS_MIN = 4096;
