/** `npm start -- --port N --bots N --data-dir DIR`: bundles the page, starts the module as a server, and sends bots into its world. */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TickbaseError } from '@tickbase/base';
import { type RunningServer, serverLog, startServer, stopOnSignals } from '@tickbase/runtime';
import { BotKeeper } from './bots/bot-keeper.ts';
import { buildPage } from './build-page.ts';
import { type Flags, parseFlags, USAGE } from './parse-flags.ts';

const folder = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const MODULE_DIR = folder('.');
const PAGE_DIR = folder('page');
const PAGE_OUT_DIR = folder('dist/page');
/** npm runs a script in the folder of its package; a path is relative to where the caller stands. */
const INVOKED_IN = process.env['INIT_CWD'] ?? process.cwd();
const WRONG_USAGE = 2;

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
  try {
    say('bundling the page');
    await buildPage(PAGE_DIR, PAGE_OUT_DIR);
    say('starting the world');
    return await run(await start(flags), flags);
  } catch (error) {
    console.error(String(error));
    return 1;
  }
}

/** The world's data lie in `.tickbase/` here, or where the flag or TICKBASE_DATA_DIR says. */
function start(flags: Flags): Promise<RunningServer> {
  const dataDir = flags.dataDir ?? (process.env['TICKBASE_DATA_DIR'] || undefined);
  return startServer({
    modulePath: MODULE_DIR,
    database: 'sample-game',
    port: flags.port,
    portOrigin: flags.isPortGiven ? 'flag' : 'default',
    ...(dataDir === undefined ? {} : { dataDir: resolve(INVOKED_IN, dataDir) }),
    staticDir: PAGE_OUT_DIR,
    log: serverLog({ isForPeople: true, level: 'warn', write: (text) => void process.stderr.write(text) }),
  });
}

/** Settles with the exit code when the server has ended. */
async function run(server: RunningServer, { bots }: Flags): Promise<number> {
  console.log(`\n  The island is at ${server.address}\n  Ctrl-C stops it.\n`);
  const step = Math.max(10, Math.ceil(bots / 10));
  const keeper = new BotKeeper(server.address, bots, {
    joined: (count) => {
      if (count === bots || count % step === 0) say(`${count} of ${bots} bots are in the world`);
    },
    report: say,
  });
  const sendBotsAway = (): void => void keeper.stop();
  process.once('SIGINT', sendBotsAway).once('SIGTERM', sendBotsAway);
  const status = await stopOnSignals(server);
  await keeper.stop();
  say('stopped');
  return status;
}

function say(line: string): void {
  console.log(`sample game: ${line}`);
}
