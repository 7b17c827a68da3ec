import { type ChildProcess, spawn } from 'node:child_process';
import type { ServeOptions, ToTester } from './serve-messages.ts';
import { serverBundle } from './server-bundle.ts';

/** A server of the durability tests in a process of its own. */
export class ServerProcess {
  /** How it ended, once it has: its exit status or the signal. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** The port, or why it did not come up; 'ended' when it ended without a word. */
  readonly told: Promise<ToTester | 'ended'>;
  /** Its log: JSON lines. */
  out = '';
  hasEnded = false;
  readonly #child: ChildProcess;
  #serverPid: number | null = null;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#child.stdout!.on('data', (text) => (this.out += String(text)));
    this.#child.stderr!.on('data', (text) => (this.out += String(text)));
    this.ended = new Promise((settle) => {
      this.#child.once('error', (error) => {
        this.out += String(error);
        this.hasEnded = true;
        settle(-1);
      });
      this.#child.once('close', (status, signal) => {
        this.hasEnded = true;
        settle(signal ?? status!);
      });
    });
    this.told = Promise.race([
      new Promise<ToTester>((settle) => {
        this.#child.once('message', (message: ToTester) => {
          if (message.kind === 'listening') this.#serverPid = message.pid;
          settle(message);
        });
      }),
      this.ended.then(() => 'ended' as const),
    ]);
  }

  /** `wrapper`: a program and its arguments that run the server, such as strace. */
  static async start(options: ServeOptions, { wrapper = [], env = {} }: ProcessOptions = {}): Promise<ServerProcess> {
    const [program, ...args] = [...wrapper, process.execPath, await serverBundle(), JSON.stringify(options)];
    const child = spawn(program!, args, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], env: { ...process.env, ...env } });
    return new ServerProcess(child);
  }

  /** The port that it listens at. Rejects when it does not come up. */
  async port(): Promise<number> {
    const told = await this.told;
    if (told !== 'ended' && told.kind === 'listening') return told.port;
    const why = told === 'ended' ? `it ended (${await this.ended})` : told.text;
    throw new Error(`the server did not start: ${why}\n${this.out}`);
  }

  async kill(): Promise<void> {
    // What runs it, such as strace, ends with it.
    if (this.#serverPid !== null && !this.hasEnded) killIfThere(this.#serverPid);
    else this.#child.kill('SIGKILL');
    await this.ended;
  }

  /** In order. */
  stop(): Promise<number | NodeJS.Signals> {
    if (this.#child.connected) this.#child.send('stop', () => {});
    return this.ended;
  }
}

export interface ProcessOptions {
  readonly wrapper?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
