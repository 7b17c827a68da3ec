/** `npm run loadtest -- …`: see parse-flags.ts and docs/operating/load-test.md. */
import { TickbaseError } from '@tickbase/base';
import { LastWord } from './last-word.ts';
import { exitStatusOf, reportText } from './load-report.ts';
import { type Flags, parseFlags, USAGE } from './parse-flags.ts';
import { runLoadTest } from './run-load-test.ts';

/** One Ctrl-C under npm comes twice: from the terminal to the whole group, and handed on by npm. */
const SAME_SIGNAL_MS = 500;
const WRONG_USAGE = 2;
/** The shell's code for a process that was ended by INT. */
const INTERRUPTED = 130;

// At once: what a child that hangs has left open would keep this process for good. Children follow it.
process.exit(await main());

async function main(): Promise<number> {
  let flags: Flags;
  try {
    flags = parseFlags(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof TickbaseError)) throw error;
    console.error(`${error}\nusage: ${USAGE}`);
    return WRONG_USAGE;
  }
  if (flags.isHelp) {
    console.log(`usage: ${USAGE}`);
    return 0;
  }
  const lastWord = flags.isJson ? new LastWord(flags) : null;
  const { report, isInterrupted } = await runLoadTest(flags, (line) => console.error(line), interruption());
  if (isInterrupted) console.error('load test: stopped');
  else console.log(reportText(report));
  lastWord?.say(report);
  return isInterrupted ? INTERRUPTED : exitStatusOf(report);
}

/** Settles with the first INT, TERM or HUP. One that comes more than half a second later ends the process at once; its children follow it. */
function interruption(): Promise<NodeJS.Signals> {
  let firstMs: number | null = null;
  return new Promise((settle) => {
    const onSignal = (signal: NodeJS.Signals): void => {
      const nowMs = performance.now();
      if (firstMs !== null && nowMs - firstMs > SAME_SIGNAL_MS) process.exit(INTERRUPTED);
      firstMs ??= nowMs;
      settle(signal);
    };
    process.on('SIGINT', onSignal).on('SIGTERM', onSignal).on('SIGHUP', onSignal);
  });
}
