import { ErrorBook } from './error-book.ts';
import { loadReport, type LoadReport, NO_FACTS } from './load-report.ts';
import type { Flags } from './parse-flags.ts';

/**
 * Sees to it that the last line of a run with `--json` is a report, however this process comes to its end: by a second Ctrl-C, a fault of
 * its own, or because nothing is left that it could wait for. Only KILL leaves no time for it.
 */
export class LastWord {
  readonly #flags: Flags;
  #isSaid = false;
  #fault: string | null = null;

  constructor(flags: Flags) {
    this.#flags = flags;
    process.on('uncaughtExceptionMonitor', (error) => (this.#fault = `the load test failed: ${error.message}`));
    process.once('exit', (status) => {
      if (this.#isSaid) return;
      const isOutOfWork = status === 0 || status === UNSETTLED;
      const how = isOutOfWork ? 'nothing was left to wait for' : `status ${status}`;
      this.say(this.#reportOf(this.#fault ?? `the load test ended before its report: ${how}`));
      if (isOutOfWork) process.exitCode = 1;
    });
  }

  /** To a pipe, a file or a terminal this is written before it returns. */
  say(report: LoadReport | Readonly<Record<string, unknown>>): void {
    this.#isSaid = true;
    console.log(JSON.stringify(report));
  }

  /** Of a run of which nothing is known but why it ended. */
  #reportOf(why: string): LoadReport {
    const errors = new ErrorBook();
    errors.add(why);
    return loadReport({
      ...NO_FACTS,
      flags: this.#flags,
      errors,
      warnings: new ErrorBook(),
    });
  }
}

/** Node's, when a module waits for what never comes; which of the two an exit listener is told depends on who listened first. */
const UNSETTLED = 13;
