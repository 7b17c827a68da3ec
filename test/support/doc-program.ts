import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A program of a page, and what it has said. */
export class DocProgram {
  readonly lines: string[] = [];
  readonly #child: ChildProcess;
  readonly #exit: Promise<number | null>;
  #isOver = false;
  /** Lines before this one were asked for. */
  #next = 0;
  #wake: () => void = () => {};

  constructor(args: readonly string[], cwd: string) {
    const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        this.lines.push(line);
        this.#wake();
      });
    }
    this.#exit = new Promise((resolve) => {
      child.once('close', (code) => {
        this.#isOver = true;
        this.#wake();
        resolve(code);
      });
    });
  }

  /** The first line from here on that fits. */
  async line(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      while (this.#next < this.lines.length) {
        const found = pattern.exec(this.lines[this.#next++]!);
        if (found !== null) return found;
      }
      if (this.#isOver) throw new Error(`it ended without saying ${pattern}:\n${this.lines.join('\n')}`);
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => {
          reject(new Error(`it has not said ${pattern}, but:\n${this.lines.slice(-40).join('\n')}`));
        }, SILENCE_MS_MAX);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** Waits for these lines, in this order; other lines may stand between them, and `…` for anything. */
  async says(output: string): Promise<void> {
    for (const line of output.split('\n')) {
      if (line.trim() !== '' && line.trim() !== '…') await this.line(patternOf(line.trim()));
    }
  }

  /** What was said so far may be asked for again. */
  rewind(): void {
    this.#next = 0;
  }

  async ended(): Promise<void> {
    const code = await this.#exit;
    if (code !== 0) throw new Error(`it ended with ${code}:\n${this.lines.join('\n')}`);
  }

  async stop(): Promise<void> {
    if (!this.#isOver) this.#child.kill('SIGINT');
    await this.#exit;
  }
}

/** A program that runs on says nothing new for so long: it will not say it. */
const SILENCE_MS_MAX = 30_000;

function patternOf(line: string): RegExp {
  const port = line.replaceAll(':3000', ':…');
  return new RegExp(
    port
      .split('…')
      .map((part) => part.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&'))
      .join('.*'),
  );
}
