import type { RunningServer } from './running-server.ts';

/**
 * Waits until the server has ended, and gives the process's exit code. TERM and INT stop it in order; a second one ends the
 * process at once. A rejected promise of the module is no fault of the server: promises of a module do not run.
 */
export async function stopOnSignals(server: RunningServer): Promise<number> {
  let signalCount = 0;
  const onSignal = (signal: NodeJS.Signals): void => {
    signalCount++;
    if (signalCount > 1) process.exit(SIGNALLED);
    void server.stop(signal);
  };
  const onRejection = (reason: unknown, promise: Promise<unknown>): void => {
    if (promise instanceof Promise) throw reason;
    server.log.warn(
      { reason: String(reason) },
      'a promise of the module was rejected: a module cannot wait for promises',
    );
  };
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal).on('unhandledRejection', onRejection);
  try {
    const fault = await server.ended;
    return fault === null ? 0 : 1;
  } finally {
    process.off('SIGTERM', onSignal).off('SIGINT', onSignal).off('unhandledRejection', onRejection);
  }
}

/** The shell's code for a process that was ended by INT. */
const SIGNALLED = 130;
