import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { Plan } from '@tickbase/schema/plan';
import { JobEncoder } from './job-encoder.ts';
import {
  DONE,
  ENTRY_JOBS,
  ENTRY_JOBS_LENGTH,
  ENTRY_LOGGED_BYTES,
  ENTRY_RECORD,
  ENTRY_WIRE_BYTES,
  entryOf,
  OUT_BYTES,
  OUT_COUNT,
  POSTED,
  STOP,
} from './lane-memory.ts';

export interface WorkerTask {
  readonly plan: Plan;
  readonly lane: SharedArrayBuffer;
  readonly port: MessagePort;
}

/** From the tick's thread: a buffer that entries name by its number from now on. */
export interface SharedBuffer {
  readonly number: number;
  /** Of a buffer that is named no more; -1: none. */
  readonly drops: number;
  readonly buffer: SharedArrayBuffer;
}

/** Number of the buffer with the rows from which a worker begins, see Replica.encode: it comes before the first entry. */
export const ROWS_NUMBER = -2;

/** To the tick's thread. `output`: pieces are written there from now on; `done`: the serial in DONE has moved on, after jobs. */
export interface WorkerNews {
  /** The worker is there. */
  readonly isStarted?: true;
  readonly output?: SharedArrayBuffer;
  readonly done?: number;
}

/** The one long job of a worker: it ends when it is told to, or throws. */
export function work({ plan, lane, port }: WorkerTask): void {
  const words = new Int32Array(lane);
  const encoder = new JobEncoder(plan);
  const buffers = new Map<number, SharedArrayBuffer>();
  const bufferOf = (number: number): SharedArrayBuffer => {
    for (let news = receiveMessageOnPort(port); news !== undefined; news = receiveMessageOnPort(port)) {
      const { number: given, drops, buffer } = news.message as SharedBuffer;
      buffers.delete(drops);
      buffers.set(given, buffer);
    }
    return buffers.get(number)!;
  };
  let output = new SharedArrayBuffer(0);
  let serial = 0;
  let hasRows = false;
  port.postMessage({ isStarted: true } satisfies WorkerNews);
  for (;;) {
    Atomics.wait(words, POSTED, serial);
    if (Atomics.load(words, STOP) === 1) return;
    if (Atomics.load(words, POSTED) === serial) continue;
    if (!hasRows) {
      encoder.replica.load(new Uint8Array(bufferOf(ROWS_NUMBER)));
      buffers.delete(ROWS_NUMBER);
      hasRows = true;
    }
    const entry = entryOf(serial);
    const record = bufferOf(words[entry + ENTRY_RECORD]!);
    const loggedBytes = words[entry + ENTRY_LOGGED_BYTES]!;
    const wireBytes = words[entry + ENTRY_WIRE_BYTES]!;
    encoder.replica.apply(new Uint8Array(record, 0, loggedBytes), new Uint8Array(record, loggedBytes, wireBytes));
    const jobs = words[entry + ENTRY_JOBS]!;
    serial = (serial + 1) | 0;
    if (jobs >= 0) {
      encoder.encode(new Uint32Array(bufferOf(jobs)), words[entry + ENTRY_JOBS_LENGTH]!);
      const { bytes, ends, count } = encoder;
      const needed = 8 * count + bytes.length;
      if (output.byteLength < needed) {
        output = new SharedArrayBuffer(2 ** Math.ceil(Math.log2(Math.max(needed, OUTPUT_BYTES_MIN))));
        port.postMessage({ output } satisfies WorkerNews);
      }
      new Uint32Array(output, 0, 2 * count).set(ends.subarray(0, 2 * count));
      new Uint8Array(output, 8 * count, bytes.length).set(bytes.view());
      words[OUT_COUNT] = count;
      words[OUT_BYTES] = bytes.length;
    }
    Atomics.store(words, DONE, serial);
    if (jobs >= 0) port.postMessage({ done: serial } satisfies WorkerNews);
  }
}

const OUTPUT_BYTES_MIN = 65_536;
