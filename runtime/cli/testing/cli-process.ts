import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The command `tickbase` as a process of its own, as a user starts it. */
export class CliProcess {
  out = '';
  err = '';
  /** Settles with the exit code, or the signal that ended it. */
  readonly exit: Promise<number | string>;
  readonly #child: ChildProcess;

  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}, cwd?: string) {
    const command = fileURLToPath(new URL('../../bin/tickbase.js', import.meta.url));
    this.#child = spawn(process.execPath, [command, ...args], {
      env: { PATH: process.env['PATH'], ...env },
      ...(cwd === undefined ? {} : { cwd }),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout!.on('data', (text) => (this.out += String(text)));
    this.#child.stderr!.on('data', (text) => (this.err += String(text)));
    this.exit = new Promise((resolve) => {
      this.#child.once('close', (code, signal) => resolve(code ?? signal!));
    });
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** The address that a started server listens at. Rejects when it ends first. */
  async address(): Promise<string> {
    const line = await this.line('listening at ');
    return /listening at (http:\S+?)"/.exec(line)![1]!;
  }

  /** The first line of output with this text. Rejects when the process ends before it comes. */
  async line(text: string): Promise<string> {
    const found = (): string | undefined => this.out.split('\n').find((line) => line.includes(text));
    let hasEnded = false;
    void this.exit.then(() => (hasEnded = true));
    while (found() === undefined) {
      if (hasEnded) throw new Error(`ended without ${JSON.stringify(text)}:\n${this.out}${this.err}`);
      await Promise.race([this.exit, new Promise((resolve) => this.#child.stdout!.once('data', resolve))]);
    }
    return found()!;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }
}
