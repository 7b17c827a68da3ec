import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { TickbaseError } from '@tickbase/base';
import { DataFolder, FolderLock, NodeDisk, restoreBackup } from '../storage/index.ts';
import { byteText } from './byte-text.ts';
import type { CliIo } from './cli-io.ts';
import { gatherSettings, type SettingsCommand } from './gather-settings.ts';
import { dataDirOf } from './start-options.ts';

/** `tickbase restore`: makes a data folder out of a backup. */
export async function runRestore(args: readonly string[], io: CliIo): Promise<number> {
  const settings = gatherSettings(args, io, RESTORE);
  if (settings.isHelp) {
    io.out(RESTORE_HELP);
    return 0;
  }
  const from = resolve(io.cwd, settings.positionals[0]!);
  const dataDir = dataDirOf(settings.given);
  // Before a data folder is made for it.
  if (!existsSync(from)) throw backupMissing(from);
  DataFolder.prepare(dataDir);
  const lock = await FolderLock.take(dataDir);
  try {
    const epoch = randomBytes(8).readBigUInt64LE();
    const { database, tick, time, files } = await restoreBackup({ disk: new NodeDisk(), from, dataDir, epoch });
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    io.out(`restored ${database}: tick ${tick}, ${time}, ${byteText(bytes)} in ${dataDir}\n`);
    return 0;
  } finally {
    await lock.release();
  }
}

function backupMissing(from: string): TickbaseError {
  return new TickbaseError({
    code: 'BACKUP_MISSING',
    what: 'there is no backup at this path',
    where: from,
    mend: 'give the folder that `tickbase backup` wrote',
  });
}

const RESTORE: SettingsCommand = {
  name: 'restore',
  keys: ['modulePath', 'dataDir'],
  switches: [],
  positionals: ['BACKUP'],
};

const RESTORE_HELP = `usage: tickbase restore BACKUP --data-dir DIR

Makes a data folder out of a backup that \`tickbase backup\` wrote. All of the backup is proved first; DIR must be new or empty. A server that is then
started there goes on from the tick of the backup; clients keep their identities and tokens.

options:
  --data-dir DIR       the new data folder (default: .tickbase in the module's folder)
  --module-path DIR    folder of the module, instead
  --config FILE        settings file of \`tickbase start\`, of which the same names count
  --help               this text

exit codes: 0 restored, 1 refused or failed, 2 the command line or the settings are wrong
`;
