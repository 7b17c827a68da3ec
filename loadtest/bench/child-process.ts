import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** A process of a benchmark that talks in lines; ended by its id, never by name. */
export class BenchProcess {
  readonly pid: number;
  readonly #child: ChildProcess;
  /** Said, and not asked for yet. */
  readonly #lines: string[] = [];
  readonly #waiting: { prefix: string; resolve: (rest: string) => void; reject: (error: Error) => void }[] = [];
  /** Its code or signal. */
  #end: string | null = null;

  constructor(file: string, args: readonly string[]) {
    this.#child = spawn(process.execPath, ['--conditions=tickbase-source', '--import', 'tsx', file, ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.pid = this.#child.pid!;
    createInterface({ input: this.#child.stdout! }).on('line', (line) => {
      const index = this.#waiting.findIndex(({ prefix }) => line.startsWith(prefix));
      if (index < 0) this.#lines.push(line);
      else {
        const { prefix, resolve } = this.#waiting.splice(index, 1)[0]!;
        resolve(line.slice(prefix.length));
      }
    });
    this.#child.stdin!.on('error', () => {}); // it has ended: who waits for a line is told
    this.#child.once('close', (code, signal) => {
      this.#end = signal ?? String(code);
      for (const { prefix, reject } of this.#waiting.splice(0)) reject(this.#endedBefore(prefix));
    });
  }

  /** The next line that starts with `prefix`, without it. Rejects when the process ends first, or has ended. */
  line(prefix: string): Promise<string> {
    const index = this.#lines.findIndex((line) => line.startsWith(prefix));
    if (index >= 0) return Promise.resolve(this.#lines.splice(index, 1)[0]!.slice(prefix.length));
    if (this.#end !== null) return Promise.reject(this.#endedBefore(prefix));
    return new Promise((resolve, reject) => this.#waiting.push({ prefix, resolve, reject }));
  }

  say(line: string): void {
    this.#child.stdin!.write(`${line}\n`);
  }

  /** CPU time so far, user and system, in milliseconds (Linux counts in 10 ms). */
  cpuMs(): number {
    const stat = readFileSync(`/proc/${this.pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  }

  /** By TERM, and what does not go by it by KILL. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGTERM');
    const timeout = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MS_MAX);
    await ended;
    clearTimeout(timeout);
  }

  /** With what it said last, which may be why. */
  #endedBefore(prefix: string): Error {
    const said = this.#lines.length === 0 ? '' : `: ${this.#lines.join('; ')}`;
    return new Error(`process ${this.pid} ended with ${this.#end} before "${prefix}"${said}`);
  }
}

/** A server with thousands of clients takes some seconds. */
const STOP_MS_MAX = 20_000;
