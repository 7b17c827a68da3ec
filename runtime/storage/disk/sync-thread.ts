import { Worker } from 'node:worker_threads';

/**
 * A thread that writes and syncs, one task after another. With Node's thread pool each of the two would come back to this thread in between, and
 * wait there for whatever it is at: under a flood of calls that takes longer than the disk does. Begins with the first task, and
 * keeps the process alive only while it has one.
 *
 * It sleeps on a number in memory that both threads see, where its task and the bytes lie, too: a message would have to be packed, sent and
 * unpacked, which takes about as long as the system calls. Its answers are messages, as this thread may not sleep.
 */
export class SyncThread {
  #worker: Worker | null = null;
  #memory: TaskMemory | null = null;
  /** The first of them is under way. */
  readonly #tasks: Task[] = [];

  /** Writes to an open file of this process, and syncs it unless the write came back short. Returns the bytes written. `bytes` stand still until then. */
  write(handle: number, bytes: Uint8Array, offset: number): Promise<number> {
    return new Promise((resolve, reject) => {
      if (this.#worker === null) this.#start();
      this.#tasks.push({ handle, bytes, offset, count: 0, resolve, reject });
      if (this.#tasks.length > 1) return;
      this.#worker!.ref();
      this.#begin(this.#tasks[0]!);
    });
  }

  #start(): void {
    const memory = taskMemory(new SharedArrayBuffer(BYTES_AT + PART_BYTES_MAX));
    // Without the flags of this process, loaders among them: it needs nothing but two functions of Node.
    const worker = new Worker(PROGRAM, {
      eval: true,
      execArgv: [],
      name: 'tickbase-disk',
      workerData: { shared: memory.shared },
    });
    worker.unref();
    worker.on('message', (answer: number | Failure) => this.#answered(answer));
    worker.on('error', (error) => this.#ended(worker, error));
    worker.on('exit', () => this.#ended(worker, new Error('the thread that writes to the disk has ended')));
    this.#worker = worker;
    this.#memory = memory;
  }

  /** Hands over the next part of a task, as a rule all of it. */
  #begin({ handle, bytes, offset, count }: Task): void {
    const { control, place, bytes: shared } = this.#memory!;
    const end = Math.min(count + PART_BYTES_MAX, bytes.length);
    shared.set(count === 0 && end === bytes.length ? bytes : bytes.subarray(count, end));
    control[HANDLE] = handle;
    control[LENGTH] = end - count;
    control[IS_LAST] = end === bytes.length ? 1 : 0;
    place[0] = offset + count;
    Atomics.add(control, TURN, 1);
    Atomics.notify(control, TURN);
  }

  #answered(answer: number | Failure): void {
    const task = this.#tasks[0]!;
    if (typeof answer === 'number') {
      const isWhole = answer === this.#memory!.control[LENGTH];
      task.count += answer;
      if (isWhole && task.count < task.bytes.length) {
        this.#begin(task);
        return;
      }
    }
    this.#tasks.shift();
    if (this.#tasks.length === 0) this.#worker!.unref();
    else this.#begin(this.#tasks[0]!);
    if (typeof answer === 'number') task.resolve(task.count);
    else task.reject(Object.assign(new Error(answer.message), { code: answer.code, syscall: answer.syscall }));
  }

  #ended(worker: Worker, error: unknown): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    for (const { reject } of this.#tasks.splice(0)) reject(error);
  }
}

interface Task {
  readonly handle: number;
  readonly bytes: Uint8Array;
  readonly offset: number;
  /** Bytes that are written. */
  count: number;
  readonly resolve: (count: number) => void;
  readonly reject: (error: unknown) => void;
}

/** As Node says it. */
interface Failure {
  readonly code: string;
  readonly syscall?: string;
  readonly message: string;
}

/** Views of the memory of both threads: i32[4] by TURN and so on, f64 where in the file the bytes belong, the bytes. */
interface TaskMemory {
  readonly shared: SharedArrayBuffer;
  readonly control: Int32Array;
  readonly place: Float64Array;
  readonly bytes: Uint8Array;
}

function taskMemory(shared: SharedArrayBuffer): TaskMemory {
  return {
    shared,
    control: new Int32Array(shared, 0, 4),
    place: new Float64Array(shared, PLACE_AT, 1),
    bytes: new Uint8Array(shared, BYTES_AT),
  };
}

/** Counts parts, modulo 2^32. */
const TURN = 0;
const HANDLE = 1;
const LENGTH = 2;
/** 1: the file is synced after it. */
const IS_LAST = 3;
const PLACE_AT = 16;
const BYTES_AT = 24;
/** A frame of the commit log that is written as one is no longer. */
const PART_BYTES_MAX = 256 << 10;

const PROGRAM = `
const { fdatasyncSync, writeSync } = require('node:fs');
const { parentPort, workerData } = require('node:worker_threads');
const control = new Int32Array(workerData.shared, 0, 4);
const place = new Float64Array(workerData.shared, ${PLACE_AT}, 1);
const bytes = new Uint8Array(workerData.shared, ${BYTES_AT});
for (let turn = 0; ; turn = (turn + 1) | 0) {
  Atomics.wait(control, ${TURN}, turn);
  const handle = control[${HANDLE}];
  const length = control[${LENGTH}];
  try {
    const count = writeSync(handle, bytes, 0, length, place[0]);
    if (count === length && control[${IS_LAST}] === 1) fdatasyncSync(handle);
    parentPort.postMessage(count);
  } catch ({ code = 'UNKNOWN', syscall, message }) {
    parentPort.postMessage({ code, syscall, message });
  }
}
`;
