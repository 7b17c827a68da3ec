/** `npm run loadtest -- …`: see parse-flags.ts and docs/operating/load-test.md. */
import { TickbaseError } from '@tickbase/base';
import { checkTarget } from './check-target.ts';
import { LastWord } from './last-word.ts';
import { LoadRuns } from './load-runs.ts';
import { type Flags, parseFlags, USAGE } from './parse-flags.ts';
import { prepareFolder } from './prepare-folder.ts';
import { writeReport } from './report/write-report.ts';

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
    if (flags.reportDir !== null && !flags.isHelp) prepareFolder('--report', flags.reportDir);
    if (flags.profileDir !== null && !flags.isHelp) prepareFolder('--profile', flags.profileDir);
  } catch (error) {
    if (!(error instanceof TickbaseError)) throw error;
    console.error(`${error}\nusage: ${USAGE}`);
    return WRONG_USAGE;
  }
  if (flags.isHelp) {
    console.log(`usage: ${USAGE}`);
    return 0;
  }
  try {
    if (flags.uri !== null) await checkTarget(flags.uri, flags.scenario);
  } catch (error) {
    console.error(String(error));
    return WRONG_USAGE;
  }
  const lastWord = flags.isJson ? new LastWord(flags) : null;
  const runs = new LoadRuns(
    flags,
    (line) => console.log(line),
    (line) => console.error(line),
    interruption(),
  );
  const outcome = await runs.outcome();
  for (const line of outcome.summary) console.log(line);
  if (outcome.isInterrupted) console.error('load test: stopped');
  if (flags.reportDir !== null) {
    const path = writeReport(flags.reportDir, process.argv.slice(2), outcome);
    console.log(`report: ${path}`);
  }
  lastWord?.say(outcome.json);
  return outcome.isInterrupted ? INTERRUPTED : outcome.exitStatus;
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
