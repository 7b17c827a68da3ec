import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const RESTARTS_MAX = 5;
const FIRST_PAUSE_MS = 500;
/** A process that lived so long has earned new attempts. */
const STEADY_MS = 60_000;

/**
 * Keeps the bots' process running: one that dies is reported and started again after a pause that doubles, a few times.
 *   joined   how many bots are in the world by now, each time one more is
 *   report   a line for the person at the terminal
 */
export class BotKeeper {
  readonly #uri: string;
  readonly #count: number;
  readonly #events: BotKeeperEvents;
  #child: ChildProcess | null = null;
  #restartCount = 0;
  #timer: NodeJS.Timeout | null = null;
  #isStopping = false;

  constructor(uri: string, count: number, events: BotKeeperEvents) {
    this.#uri = uri;
    this.#count = count;
    this.#events = events;
    if (count > 0) this.#start();
  }

  /** Settles when the process is gone. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    const child = this.#child;
    if (child === null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.stdin?.end();
    const impatience = setTimeout(() => child.kill('SIGKILL'), 2000);
    await ended;
    clearTimeout(impatience);
  }

  #start(): void {
    const script = fileURLToPath(new URL('main.ts', import.meta.url));
    const startedMs = Date.now();
    const child = spawn(process.execPath, [...process.execArgv, script, this.#uri, String(this.#count)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#child = child;
    child.stdin.on('error', () => undefined); // it died first; `exit` tells
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('joined ')) this.#events.joined(Number(line.slice(7)));
    });
    child.once('error', (error) => this.#events.report(`the bots could not be started: ${error.message}`));
    child.once('exit', (status, signal) => {
      this.#child = null;
      if (!this.#isStopping) this.#startAgain(signal ?? `status ${status}`, Date.now() - startedMs);
    });
  }

  #startAgain(cause: string, livedMs: number): void {
    if (livedMs > STEADY_MS) this.#restartCount = 0;
    if (this.#restartCount === RESTARTS_MAX) {
      this.#events.report(`the bots ended (${cause}) for the ${RESTARTS_MAX + 1}th time and stay away`);
      return;
    }
    const pauseMs = FIRST_PAUSE_MS * 2 ** this.#restartCount++;
    this.#events.report(`the bots ended (${cause}); they come back in ${pauseMs / 1000} s`);
    this.#timer = setTimeout(() => this.#start(), pauseMs);
  }
}

export interface BotKeeperEvents {
  joined(count: number): void;
  report(line: string): void;
}
