import { type ChildProcess, spawn } from 'node:child_process';
import { TickbaseError } from '@tickbase/base';
import { watchStarter } from './watch-starter.ts';

/**
 * Runs a server as a child process and starts it again when it ends by a fault, is ended from outside, or says nothing for `silenceS`
 * seconds: a thread that a long-running built-in holds cannot be stopped in any other way. Returns the exit code: the server's own when it
 * ended in order or never came up, GIVEN_UP when it has ended too often.
 *
 * The child says with each message that its tick thread lives, and which port, module and data folder it has: a restarted server takes the
 * same. TERM and INT are handed on. The child ends when this process does (see `followKeeper`).
 */
export async function keepServer(options: KeepOptions): Promise<number> {
  const keeper = new Keeper(options);
  const handOn = (signal: NodeJS.Signals): void => keeper.signal(signal);
  process.on('SIGTERM', handOn).on('SIGINT', handOn);
  const endWatch = watchStarter(options.env, () => handOn('SIGTERM'));
  try {
    return await keeper.run();
  } finally {
    endWatch();
    process.off('SIGTERM', handOn).off('SIGINT', handOn);
  }
}

export interface KeepOptions {
  /** Program and arguments of the server, which gets what its life sign said after them when it is started again. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly silenceS: number;
  /** Told of each end that was not asked for. */
  readonly report: (error: TickbaseError) => void;
}

/** What the server sends to its keeper. */
export interface LifeSign {
  readonly port: number;
  readonly database: string;
  /** Of the module that is served: a publish may have brought it from another folder than the command line says. */
  readonly modulePath: string;
  readonly dataDir: string;
}

/** Set for the server's process. */
export const KEPT_VARIABLE = 'TICKBASE_KEPT';
export const BEAT_MS = 500;
/** Exit code: the server ended too often, and was not started again. */
export const GIVEN_UP = 3;

class Keeper {
  readonly #options: KeepOptions;
  #child: ChildProcess | null = null;
  #isStopping = false;
  #last: LifeSign | null = null;
  /** Beats since the last sign of life, counted here: a machine that slept has let neither side run. */
  #silentBeats = 0;
  #isSilenced = false;
  readonly #endsMs: number[] = [];

  constructor(options: KeepOptions) {
    this.#options = options;
  }

  signal(signal: NodeJS.Signals): void {
    this.#isStopping = true;
    this.#child?.kill(signal);
  }

  async run(): Promise<number> {
    for (;;) {
      const { code, signal } = await this.#runOnce();
      if (this.#last === null || this.#isStopping || code === 0) return code ?? 1;
      this.#options.report(this.#isSilenced ? silent(this.#options.silenceS) : ended(code, signal));
      const nowMs = performance.now();
      this.#endsMs.push(nowMs);
      while (nowMs - this.#endsMs[0]! > WINDOW_MS) this.#endsMs.shift();
      if (this.#endsMs.length > RESTARTS_MAX) {
        this.#options.report(givenUp());
        return GIVEN_UP;
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * 2 ** (this.#endsMs.length - 1)));
      if (this.#isStopping) return 0;
    }
  }

  async #runOnce(): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    const { command, env, silenceS } = this.#options;
    const [program, ...args] = command;
    const child = spawn(program!, [...args, ...flagsOf(this.#last)], {
      env: { ...env, [KEPT_VARIABLE]: '1' },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#child = child;
    this.#isSilenced = false;
    let hasBegun = false;
    child.on('message', (sign: LifeSign) => {
      hasBegun = true;
      this.#last = sign;
      this.#silentBeats = 0;
    });
    const watch = setInterval(() => {
      this.#silentBeats++;
      if (!hasBegun || this.#silentBeats * BEAT_MS < silenceS * 1000) return;
      this.#isSilenced = true;
      child.kill('SIGKILL');
    }, BEAT_MS);
    try {
      return await new Promise((resolve, reject) => {
        child.once('error', reject);
        child.once('exit', (code, signal) => resolve({ code, signal }));
      });
    } finally {
      clearInterval(watch);
      this.#child = null;
    }
  }
}

/** Later flags win over the ones before. */
function flagsOf(sign: LifeSign | null): readonly string[] {
  if (sign === null) return [];
  const { port, database, modulePath, dataDir } = sign;
  return ['--port', String(port), '--name', database, '--module-path', modulePath, '--data-dir', dataDir];
}

const RESTARTS_MAX = 5;
const WINDOW_MS = 10 * 60_000;
/** Before the first restart of a window; twice as long before each one more. */
const PAUSE_MS = 250;

const WHERE = 'the server of `tickbase start`';

function silent(silenceS: number): TickbaseError {
  return new TickbaseError({
    code: 'SERVER_SILENT',
    what: `the tick thread has said nothing for ${silenceS} s: the process was ended and is started again`,
    where: WHERE,
    mend: 'look for built-ins of the language that work on very much at once, which no limit can stop; --watchdog sets the time',
  });
}

function ended(code: number | null, signal: NodeJS.Signals | null): TickbaseError {
  return new TickbaseError({
    code: 'SERVER_ENDED',
    what: `the process ended ${signal === null ? `with status ${code}` : `by ${signal}`} and is started again`,
    where: WHERE,
    mend: 'see the lines before this one; SIGABRT is what Node does when its memory is spent, SIGKILL what the system does',
  });
}

function givenUp(): TickbaseError {
  return new TickbaseError({
    code: 'SERVER_GIVEN_UP',
    what: `the server ended more than ${RESTARTS_MAX} times within ${WINDOW_MS / 60_000} minutes and is not started again`,
    where: WHERE,
    mend: 'mend what ends it: each end has a line of its own above',
  });
}
