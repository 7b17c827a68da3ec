import { createRequire } from 'node:module';
import type { Session } from 'node:inspector';

/**
 * Runs `work` under a time limit of V8's. True: it has come to its end; false: it was ended by force after `limitMs`, wherever it was, and no
 * `catch` and no `finally` was run; null: it has not begun, as this process cannot limit it so. What `work` throws passes.
 *
 * `vm` makes a thread for each limit and waits for its end, which on a busy machine takes as long as to be given a core. V8's inspector has a limit
 * of its own for what it evaluates: it is watched by the one thread of Node's platform that waits for delayed tasks, called off under a lock,
 * and ends within the evaluation. So a session of the inspector on this very thread, which listens to nothing, evaluates a call of `work`
 * (docs/decisions/0012-forced-stops.md).
 */
export function limitedRun(work: () => void, limitMs: number): boolean | null {
  if (isRunning) return null; // who is ended first would call off the stop of the other one, too
  session ??= openSession();
  if (session === NO_SESSION) return null;
  next = work;
  hasEnded = false;
  isRunning = true;
  PARAMS.timeout = Math.ceil(limitMs);
  session.post('Runtime.evaluate', PARAMS);
  isRunning = false;
  if (next !== null) {
    next = null;
    return null;
  }
  const { error } = thrown;
  thrown.error = NOTHING;
  if (error !== NOTHING) throw error;
  return hasEnded;
}

const NO_SESSION = 'none';
const NOTHING = Symbol('nothing');

let session: Session | typeof NO_SESSION | null = null;
/** Null: it has begun. */
let next: (() => void) | null = null;
let hasEnded = false;
let isRunning = false;
const thrown: { error: unknown } = { error: NOTHING };

/** An expression can only call what the global object holds. Out of a limited run it does nothing. */
function runNext(): void {
  const work = next;
  if (work === null) return;
  next = null;
  try {
    work();
  } catch (error) {
    thrown.error = error;
  }
  hasEnded = true;
}

function openSession(): Session | typeof NO_SESSION {
  try {
    // A Node that was built without an inspector has no such module.
    const inspector = createRequire(import.meta.url)('node:inspector') as typeof import('node:inspector');
    const opened = new inspector.Session();
    opened.connect();
    Object.defineProperty(globalThis, NAME, { value: runNext });
    return opened;
  } catch {
    return NO_SESSION;
  }
}

const NAME = `tickbaseLimitedRun${Math.random().toString(36).slice(2)}`; // two copies of this file may be loaded
const PARAMS = {
  expression: `${NAME}()`,
  timeout: 0,
  returnByValue: true,
  allowUnsafeEvalBlockedByCSP: false,
};
