import { constants, createContext, Script, type Context } from 'node:vm';

/**
 * A V8 context for a module's code with the language in it and nothing else. No object of ours is ever put in, so that
 * `constructor` leads nowhere; code from strings is refused. Its global is an ordinary one: on a contextified object each look-up
 * of a global name (`Math`, `Number`) goes through an interceptor, which made a loop of hashes 150 times slower.
 * Microtasks have a queue of their own, which runs only when `drain` is called: a call ends with its last statement.
 */
export class ModuleContext {
  readonly #context: Context;
  readonly #empty = new Script('0', { filename: 'tickbase-drain.js' });

  constructor(name: string) {
    this.#context = createContext(constants.DONT_CONTEXTIFY, {
      name,
      codeGeneration: { strings: false, wasm: false },
      microtaskMode: 'afterEvaluate',
    });
  }

  /**
   * Runs a script and returns its last value, an object of that context. Throws what the script throws, and an error with the
   * code ERR_SCRIPT_EXECUTION_TIMEOUT when it does not end within `timeoutMs`.
   */
  run(code: string, filename: string, timeoutMs: number): unknown {
    return new Script(code, { filename }).runInContext(this.#context, { timeout: timeoutMs });
  }

  /**
   * Runs the microtasks that modules have left behind, so that they cannot pile up; the transaction they come from is over.
   * For the time between ticks. Throws when they do not end within `timeoutMs`.
   */
  drain(timeoutMs: number): void {
    this.#empty.runInContext(this.#context, { timeout: timeoutMs });
  }
}
