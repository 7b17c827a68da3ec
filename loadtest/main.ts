/** `npm run loadtest -- …`: see parse-flags.ts and docs/operating/load-test.md. */
import { TickbaseError } from '@tickbase/base';
import { exitStatusOf, reportText } from './load-report.ts';
import { type Flags, parseFlags, USAGE } from './parse-flags.ts';
import { runLoadTest } from './run-load-test.ts';

/** One Ctrl-C under npm comes twice: from the terminal to the whole group, and handed on by npm. */
const SAME_SIGNAL_MS = 500;
const WRONG_USAGE = 2;
/** The shell's code for a process that was ended by INT. */
const INTERRUPTED = 130;

process.exitCode = await main();

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
  const report = await runLoadTest(flags, (line) => console.error(line), interruption());
  if (report === null) {
    console.error('load test: stopped');
    return INTERRUPTED;
  }
  console.log(reportText(report));
  if (flags.isJson) console.log(JSON.stringify(report));
  return exitStatusOf(report);
}

/** Settles at the first INT or TERM. One that comes more than half a second later ends the process at once; its children follow it. */
function interruption(): Promise<void> {
  let firstMs: number | null = null;
  return new Promise((settle) => {
    const onSignal = (): void => {
      const nowMs = performance.now();
      if (firstMs !== null && nowMs - firstMs > SAME_SIGNAL_MS) process.exit(INTERRUPTED);
      firstMs ??= nowMs;
      settle();
    };
    process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  });
}
