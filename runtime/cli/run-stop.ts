import { sendOrder } from '../host/control/index.ts';
import type { CliIo } from './cli-io.ts';
import { gatherSettings, type SettingsCommand } from './gather-settings.ts';
import { dataDirOf } from './start-options.ts';

/** `tickbase stop`: ends the server of a data folder in order, and returns when it has ended. */
export async function runStop(args: readonly string[], io: CliIo): Promise<number> {
  const settings = gatherSettings(args, io, STOP);
  if (settings.isHelp) {
    io.out(STOP_HELP);
    return 0;
  }
  const { database } = await sendOrder(dataDirOf(settings.given), 'stop', {}, (text) => io.err(`${text}\n`));
  io.out(`stopped: ${String(database)} has written what it had; its folder and port are free\n`);
  return 0;
}

const STOP: SettingsCommand = { name: 'stop', keys: ['modulePath', 'dataDir'], switches: [] };

const STOP_HELP = `usage: tickbase stop --data-dir DIR

Ends the server that runs on a data folder, as TERM does: it finishes its tick, writes what it has, and closes sockets with a code after
which clients come back by themselves. Its watchdog does not start it again.

options:
  --data-dir DIR       data folder of the server (default: .tickbase in the module's folder)
  --module-path DIR    folder of the module, instead
  --config FILE        settings file of \`tickbase start\`, of which the same names count
  --help               this text

exit codes: 0 it has ended, 1 none runs there, or it failed, 2 the command line or the settings are wrong
`;
