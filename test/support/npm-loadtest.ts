import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A running `npm run loadtest`. */
export interface StartedLoadTest {
  /** The exit code, or the signal that ended npm. */
  readonly ended: Promise<number | NodeJS.Signals>;
  readonly errors: () => string;
  /** The object in the last line of the output; throws when that is none. */
  readonly report: () => Record<string, unknown>;
  /** Settles when a line on the error stream matches. */
  readonly said: (pattern: RegExp) => Promise<void>;
  /** Processes that it has started, down to the last, by what they run; npm's shell and the like left out. */
  readonly processes: (program: string) => readonly number[];
  /** INT to npm, which hands it on. */
  readonly interrupt: () => void;
}

export function npmLoadtest(flags: readonly string[]): StartedLoadTest {
  const child = spawn('npm', ['run', '--silent', 'loadtest', '--', ...flags], { cwd: ROOT });
  let output = '';
  let errors = '';
  const listeners: (() => void)[] = [];
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
    for (const listener of listeners) listener();
  });
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal!));
  });
  return {
    ended,
    errors: () => errors,
    report: () => JSON.parse(output.trim().split('\n').at(-1)!) as Record<string, unknown>,
    said: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => void (pattern.test(errors) && resolve());
        listeners.push(look);
        look();
        void ended.then((how) => reject(new Error(`the load test ended with ${how}:\n${errors}${output}`)));
      }),
    processes: (program) => descendants(child.pid!).filter((pid) => commandOf(pid).includes(program)),
    interrupt: () => void child.kill('SIGINT'),
  };
}

/** Folders that the server of a load test, known by its process, has in the system's place for such. */
export function foldersOf(pid: number): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith(`tickbase-loadtest-${pid}-`));
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function descendants(pid: number): number[] {
  let children: number[];
  try {
    children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch {
    return []; // it has ended in the meantime
  }
  return children.concat(children.flatMap((child) => descendants(child)));
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
