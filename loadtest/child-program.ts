import { type ChildProcess, spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { SAMPLE_FD } from './process-messages.ts';

/** One that does not leave by itself is ended by then. */
const LEAVE_MS_MAX = 8000;

/** A program of the load test in a process of its own: messages both ways, and a pipe for samples. It ends with this process. */
export class ChildProgram<In extends { readonly kind: string }, Out> {
  /** Settles when the process is gone, with how it ended. */
  readonly ended: Promise<string>;
  readonly samples: Duplex;
  readonly pid: number;
  readonly #child: ChildProcess;

  /** `file` lies beside this one. Whatever it prints goes to this process's standard error. */
  constructor(file: string, args: readonly string[], nodeArgs: readonly string[], take: (message: Out) => void) {
    const script = fileURLToPath(new URL(file, import.meta.url));
    // The loader is what this process itself runs under.
    this.#child = spawn(process.execPath, [...process.execArgv, ...nodeArgs, script, ...args], {
      stdio: ['ignore', process.stderr.fd, 'inherit', 'ipc', 'pipe'],
    });
    this.pid = this.#child.pid ?? 0;
    this.samples = this.#child.stdio[SAMPLE_FD] as Duplex;
    this.samples.on('error', () => {}); // the process has ended, and `ended` tells
    this.#child.on('message', (message) => take(message as Out));
    this.ended = new Promise((settle) => {
      this.#child.once('error', (error) => settle(error.message));
      this.#child.once('exit', (status, signal) => settle(signal ?? `status ${status}`));
    });
  }

  tell(message: In): void {
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  /** Asks it to leave, and waits until it is gone. */
  async leave(message: In): Promise<void> {
    this.tell(message);
    const impatience = setTimeout(() => this.#child.kill('SIGKILL'), LEAVE_MS_MAX);
    await this.ended;
    clearTimeout(impatience);
  }
}
