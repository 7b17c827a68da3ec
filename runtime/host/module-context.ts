import { constants, createContext, Script, type Context } from 'node:vm';
import type { ModuleGuard } from '../tick/index.ts';
import { isTimeout } from './is-timeout.ts';
import { limitedRun } from './limited-run.ts';

/**
 * A V8 context for a module's code with the language in it and nothing else. No object of ours is ever put in, so that
 * `constructor` leads nowhere; code from strings is refused. Its global is an ordinary one: on a contextified object each look-up
 * of a global name (`Math`, `Number`) goes through an interceptor, which made a loop of hashes 150 times slower.
 * Microtasks have a queue of their own, which runs at the end of each `enter`: a call ends with its last statement.
 */
export class ModuleContext {
  readonly #context: Context;
  readonly #visit = new Script(`${VISIT}()`, { filename: 'tickbase-visit.js' });
  readonly #setBody: (body: () => void) => void;
  readonly #runVisit = (): unknown => this.#visit.runInContext(this.#context);
  /** `enter`, for those who run the module's functions. */
  readonly guard: ModuleGuard = { run: (body, limitMs) => this.enter(body, limitMs) };

  constructor(name: string) {
    this.#context = createContext(constants.DONT_CONTEXTIFY, {
      name,
      codeGeneration: { strings: false, wasm: false },
      microtaskMode: 'afterEvaluate',
    });
    this.#setBody = this.run(DOOR, 'tickbase-door.js', DOOR_MS_MAX) as (body: () => void) => void;
  }

  /**
   * Runs a script and returns its last value, an object of that context. Throws what the script throws, and an error with the
   * code ERR_SCRIPT_EXECUTION_TIMEOUT when it does not end within `timeoutMs`.
   */
  run(code: string, filename: string, timeoutMs: number): unknown {
    return new Script(code, { filename }).runInContext(this.#context, { timeout: timeoutMs });
  }

  /**
   * Runs `body` with all that it calls under one time limit, then the microtasks that the module has left behind, so that they cannot pile
   * up: the transaction they come from is over. False: it was ended by V8 after `limitMs`, wherever it was; no `catch` and no `finally` was
   * run. What `body` throws passes. A visit within a visit is ended by the limit that comes first.
   */
  enter(body: () => void, limitMs: number): boolean {
    this.#setBody(body);
    if (limitMs === Infinity) {
      this.#runVisit();
      return true;
    }
    const hasEnded = limitedRun(this.#runVisit, limitMs);
    if (hasEnded !== null) return hasEnded;
    try {
      this.#visit.runInContext(this.#context, { timeout: Math.ceil(limitMs) });
      return true;
    } catch (error) {
      if (isTimeout(error)) return false;
      throw error;
    }
  }
}

/**
 * V8 limits the time of scripts only, so `enter` runs a script that calls what was put behind this door just before. The body lies there for
 * no longer than that: module code that calls the door finds nothing.
 */
const VISIT = 'tickbaseVisit';
const DOOR = `(() => {
  let next = null;
  Object.defineProperty(globalThis, '${VISIT}', {
    value() {
      const body = next;
      next = null;
      if (body !== null) body();
    },
  });
  return (body) => { next = body; };
})()`;
const DOOR_MS_MAX = 10_000;
