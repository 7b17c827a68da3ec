import { resolve } from 'node:path';
import { sendOrder } from '../host/control/index.ts';
import { byteText } from './byte-text.ts';
import type { CliIo } from './cli-io.ts';
import { gatherSettings, type SettingsCommand } from './gather-settings.ts';
import { dataDirOf } from './start-options.ts';

/** `tickbase backup`: a running server writes its world, as of one tick, into a folder. */
export async function runBackup(args: readonly string[], io: CliIo): Promise<number> {
  const settings = gatherSettings(args, io, BACKUP);
  if (settings.isHelp) {
    io.out(BACKUP_HELP);
    return 0;
  }
  const to = resolve(io.cwd, settings.positionals[0]!);
  const answer = await sendOrder(dataDirOf(settings.given), 'backup', { to }, (text) => io.err(`${text}\n`));
  const { database, tick, time, bytes } = answer;
  io.out(`backup of ${String(database)}: tick ${String(tick)}, ${String(time)}, ${byteText(Number(bytes))} in ${to}\n`);
  return 0;
}

const BACKUP: SettingsCommand = {
  name: 'backup',
  keys: ['modulePath', 'dataDir'],
  switches: [],
  positionals: ['DIR'],
};

const BACKUP_HELP = `usage: tickbase backup DIR --data-dir DIR

Lets the server that runs on a data folder write a backup into DIR, a new or empty folder: its world as of one tick, with the database's
identity and the key of its clients' tokens (keep it as safe as the data folder). The server goes on meanwhile. \`tickbase restore\` makes a data
folder of it.

options:
  --data-dir DIR       data folder of the server (default: .tickbase in the module's folder)
  --module-path DIR    folder of the module, instead
  --config FILE        settings file of \`tickbase start\`, of which the same names count
  --help               this text

exit codes: 0 the backup is whole and on the disk, 1 no server runs there, or it failed, 2 the command line or the settings are wrong
`;
