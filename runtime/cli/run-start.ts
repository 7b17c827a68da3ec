import type { TickbaseError } from '@tickbase/base';
import type { RunningServer } from '../host/index.ts';
import { serverLog } from '../host/server-log.ts';
import type { CliIo } from './cli-io.ts';
import { followKeeper } from './follow-keeper.ts';
import { gatherSettings } from './gather-settings.ts';
import { KEPT_VARIABLE, keepServer, type LifeSign } from './keep-server.ts';
import { SETTINGS } from './settings.ts';
import { startOptions, watchdogS } from './start-options.ts';
import { watchStarter } from './watch-starter.ts';

/** `tickbase start`: runs a server until a signal or a fault ends it. */
export async function runStart(args: readonly string[], io: CliIo): Promise<number> {
  const settings = gatherSettings(args, io);
  if (settings.isHelp) {
    io.out(startHelp());
    return 0;
  }
  const options = startOptions(settings);
  const silenceS = watchdogS(settings);
  const log = serverLog({ isForPeople: io.isTerminal, write: io.out });
  const isKept = io.env[KEPT_VARIABLE] !== undefined;
  if (silenceS > 0 && !isKept && io.self !== undefined) {
    const report = ({ code, what, where, mend }: TickbaseError): void => log.fatal({ code, where, mend }, what);
    return keepServer({ command: [...io.self, 'start', ...args], env: io.env, silenceS, report });
  }
  // Loaded when it is needed: it brings the bundler and the sockets along.
  const { startServer, stopOnSignals } = await import('../host/index.ts');
  const server = await startServer({ ...options, log });
  const onGone = (): void => void server.stop('the program that started it has ended');
  const endWatch = isKept ? follow(server, onGone) : watchStarter(io.env, onGone);
  try {
    return await stopOnSignals(server);
  } finally {
    endWatch();
  }
}

/** Returns what ends it. */
function follow(server: RunningServer, onGone: () => void): () => void {
  const sign = (): LifeSign => {
    const { port, database, modulePath, dataDir } = server;
    return { port, database, modulePath, dataDir };
  };
  const { beat, end } = followKeeper(sign, onGone);
  server.onPublished = beat;
  return end;
}

function startHelp(): string {
  const lines = SETTINGS.map(({ flag, placeholder, what }) => `  ${`--${flag} ${placeholder}`.padEnd(20)} ${what}`);
  const names = SETTINGS.map(({ flag, variable, key }) => `  --${flag.padEnd(14)} ${variable.padEnd(22)} ${key}`);
  return `usage: tickbase start --module-path DIR [options]

Runs a module as a server until TERM or INT, which end it in order; a second signal ends it at once. The server is a process of its
own, started again when it ends by a fault or its tick thread stands still for longer than --watchdog says; --watchdog 0 runs it in this
process, as a debugger needs it.

options:
${lines.join('\n')}
  --config FILE        settings file (default: tickbase.json of the current folder, if there is one)
  --help               this text

Each option may also be set by an environment variable or in the settings file, a JSON object; paths in it are relative
to it. A flag wins over the variable, the variable over the file. TICKBASE_CONFIG names the file as --config does.
${names.join('\n')}

The server speaks WebSocket at ws://HOST:PORT/v1/database/DB/subscribe; GET /v1/health tells how it is, GET
/v1/metrics its figures.

exit codes: 0 ended in order, 1 failed, 2 the settings are wrong, 3 it ended too often to be started again, 130 ended by a second signal
`;
}
