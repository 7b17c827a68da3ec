import { Worker } from 'node:worker_threads';

/**
 * A thread that writes and syncs, one task after another. With Node's thread pool each of the two would come back to this thread in between, and
 * wait there for whatever it is at: under a flood of calls that takes longer than the disk does. Begins with the first task, and
 * keeps the process alive only while it has one.
 */
export class SyncThread {
  #worker: Worker | null = null;
  /** In the order in which their answers come. */
  #tasks: Task[] = [];

  /** Writes to an open file of this process, and syncs it unless the write came back short. Returns the bytes written. */
  write(handle: number, bytes: Uint8Array, offset: number): Promise<number> {
    return new Promise((resolve, reject) => {
      const worker = (this.#worker ??= this.#start());
      if (this.#tasks.length === 0) worker.ref();
      this.#tasks.push({ resolve, reject });
      const copy = bytes.slice();
      worker.postMessage({ handle, bytes: copy, offset }, [copy.buffer]);
    });
  }

  #start(): Worker {
    // Without the flags of this process, loaders among them: it needs nothing but two functions of Node.
    const worker = new Worker(PROGRAM, { eval: true, execArgv: [], name: 'tickbase-disk' });
    worker.unref();
    worker.on('message', ({ count, code, syscall, message }: Answer) => {
      const task = this.#tasks.shift()!;
      if (this.#tasks.length === 0) worker.unref();
      if (code === undefined) task.resolve(count);
      else task.reject(Object.assign(new Error(message), { code, syscall }));
    });
    worker.on('error', (error) => this.#ended(worker, error));
    worker.on('exit', () => this.#ended(worker, new Error('the thread that writes to the disk has ended')));
    return worker;
  }

  #ended(worker: Worker, error: unknown): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    for (const { reject } of this.#tasks.splice(0)) reject(error);
  }
}

interface Task {
  readonly resolve: (count: number) => void;
  readonly reject: (error: unknown) => void;
}

interface Answer {
  readonly count: number;
  /** Of a failure, as Node says it. */
  readonly code?: string;
  readonly syscall?: string;
  readonly message?: string;
}

const PROGRAM = `
const { fdatasyncSync, writeSync } = require('node:fs');
const { parentPort } = require('node:worker_threads');
parentPort.on('message', ({ handle, bytes, offset }) => {
  try {
    const count = writeSync(handle, bytes, 0, bytes.length, offset);
    if (count === bytes.length) fdatasyncSync(handle);
    parentPort.postMessage({ count });
  } catch ({ code = 'UNKNOWN', syscall, message }) {
    parentPort.postMessage({ count: 0, code, syscall, message });
  }
});
`;
