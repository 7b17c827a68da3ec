import type { CliIo } from './cli-io.ts';
import { gatherSettings } from './gather-settings.ts';
import { SETTINGS } from './settings.ts';
import { startOptions } from './start-options.ts';
import { watchStarter } from './watch-starter.ts';

/** `tickbase start`: runs a server until a signal or a fault ends it. */
export async function runStart(args: readonly string[], io: CliIo): Promise<number> {
  const settings = gatherSettings(args, io);
  if (settings.isHelp) {
    io.out(startHelp());
    return 0;
  }
  const options = startOptions(settings);
  // Loaded when it is needed: it brings the bundler and the sockets along.
  const { serverLog, startServer, stopOnSignals } = await import('../host/index.ts');
  const log = serverLog({ isForPeople: io.isTerminal, write: io.out });
  const workers = Number(settings.given.get('workers')?.text ?? 0);
  if (workers > 0) log.warn({ workers }, 'this version has no workers: all of the work is done on the tick thread');
  const server = await startServer({ ...options, log });
  const endWatch = watchStarter(io.env, () => void server.stop('the program that started it has ended'));
  try {
    return await stopOnSignals(server);
  } finally {
    endWatch();
  }
}

function startHelp(): string {
  const lines = SETTINGS.map(({ flag, placeholder, what }) => `  ${`--${flag} ${placeholder}`.padEnd(20)} ${what}`);
  const names = SETTINGS.map(({ flag, variable, key }) => `  --${flag.padEnd(14)} ${variable.padEnd(22)} ${key}`);
  return `usage: tickbase start --module-path DIR [options]

Runs a module as a server until TERM or INT, which end it in order; a second signal ends it at once.

options:
${lines.join('\n')}
  --config FILE        settings file (default: tickbase.json of the current folder, if there is one)
  --help               this text

This version has no workers yet: 0 and auto both leave all work on the tick thread, a number above 0 warns.

Each option may also be set by an environment variable or in the settings file, a JSON object; paths in it are relative
to it. A flag wins over the variable, the variable over the file. TICKBASE_CONFIG names the file as --config does.
${names.join('\n')}

The server speaks WebSocket at ws://HOST:PORT/v1/database/DB/subscribe; GET /v1/health tells how it is.
`;
}
