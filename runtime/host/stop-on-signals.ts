import type { RunningServer } from './running-server.ts';

/**
 * Waits until the server has ended, and gives the process's exit code. TERM and INT stop it in order; one that comes more than half
 * a second later ends the process at once. A rejected promise of the module is no fault of the server: promises of a module do not
 * run.
 */
export async function stopOnSignals(server: RunningServer): Promise<number> {
  let firstMs: number | null = null;
  const onSignal = (signal: NodeJS.Signals): void => {
    const nowMs = performance.now();
    if (firstMs !== null && nowMs - firstMs > SAME_SIGNAL_MS) process.exit(SIGNALLED);
    firstMs ??= nowMs;
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
    process.off('unhandledRejection', onRejection);
    // The twin of a signal may come after a quick stop: it is not to end the process with a signal's status.
    setTimeout(() => process.off('SIGTERM', onSignal).off('SIGINT', onSignal), SAME_SIGNAL_MS).unref();
  }
}

/** One Ctrl-C under npm comes twice: from the terminal to the whole group, and handed on by npm. */
const SAME_SIGNAL_MS = 500;

/** The shell's code for a process that was ended by INT. */
const SIGNALLED = 130;
