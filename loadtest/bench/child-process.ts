import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** A process of a benchmark that talks in lines; ended by its id, never by name. */
export class BenchProcess {
  readonly pid: number;
  #child: ChildProcess;
  #lines: string[] = [];
  #waiting: { test: (line: string) => boolean; resolve: (line: string) => void }[] = [];

  constructor(file: string, args: readonly string[]) {
    this.#child = spawn(process.execPath, ['--conditions=tickbase-source', '--import', 'tsx', file, ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.pid = this.#child.pid!;
    createInterface({ input: this.#child.stdout! }).on('line', (line) => {
      const index = this.#waiting.findIndex((waiter) => waiter.test(line));
      if (index >= 0) this.#waiting.splice(index, 1)[0]!.resolve(line);
      else this.#lines.push(line);
    });
  }

  /** The next line that starts with `prefix`, without it. Rejects when the process ends first. */
  line(prefix: string): Promise<string> {
    const index = this.#lines.findIndex((line) => line.startsWith(prefix));
    if (index >= 0) return Promise.resolve(this.#lines.splice(index, 1)[0]!.slice(prefix.length));
    return new Promise((resolve, reject) => {
      this.#waiting.push({
        test: (line) => line.startsWith(prefix),
        resolve: (line) => resolve(line.slice(prefix.length)),
      });
      this.#child.once('exit', (code) =>
        reject(new Error(`process ${this.pid} ended with ${code} before "${prefix}"`)),
      );
    });
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

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGTERM');
    await ended;
  }
}
