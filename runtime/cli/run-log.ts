import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { TickbaseError } from '@tickbase/base';
import { emptyTables, LOG_FOLDER, replayTables, SNAPSHOT_FOLDER } from '../host/persistence/index.ts';
import { NodeDisk, tellLog, type ToldRecord } from '../storage/index.ts';
import type { CliIo } from './cli-io.ts';
import { gatherSettings, type SettingsCommand } from './gather-settings.ts';
import { dataDirOf } from './start-options.ts';

/** `tickbase log`: prints the records of a commit log for people, or as JSON lines. */
export async function runLog(args: readonly string[], io: CliIo): Promise<number> {
  const settings = gatherSettings(args, io, LOG);
  if (settings.isHelp) {
    io.out(LOG_HELP);
    return 0;
  }
  const dataDir = dataDirOf(settings.given);
  if (!existsSync(join(dataDir, LOG_FOLDER))) throw noLog(dataDir);
  const from = wholeNumber('from', settings.texts.from);
  const count = wholeNumber('count', settings.texts.count) ?? Infinity;
  const text = settings.switches.has('json') ? jsonLine : lines;
  let told = 0;
  const end = await tellLog(
    {
      disk: new NodeDisk(),
      logFolder: join(dataDir, LOG_FOLDER),
      snapshotFolder: join(dataDir, SNAPSHOT_FOLDER),
      ...(from === undefined ? {} : { fromSequence: from }),
      tablesFor: emptyTables,
      migrate: replayTables,
    },
    (record) => {
      if (told >= count) return false;
      told++;
      io.out(text(record));
      return true;
    },
  );
  if (end?.tornTail != null) {
    const { path, offset, bytes } = end.tornTail;
    io.err(
      `${path}, byte ${offset}: ${bytes} bytes of a record that is not whole: it was never acknowledged, or is being written\n`,
    );
  }
  return 0;
}

function lines({ sequence, tick, kind, time, lines: told }: ToldRecord): string {
  const head = `record ${sequence}  tick ${tick}  ${kind}${time === null ? '' : `  ${time}`}`;
  return [head, ...told.map((line) => `  ${line}`), ''].join('\n');
}

function jsonLine(record: ToldRecord): string {
  return `${JSON.stringify(record)}\n`;
}

function wholeNumber(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= 1) return value;
  throw new TickbaseError({
    code: 'CLI_VALUE',
    what: `${JSON.stringify(text)} is no number of records`,
    where: `--${flag}`,
    mend: 'give a whole number, 1 or more',
  });
}

function noLog(dataDir: string): TickbaseError {
  return new TickbaseError({
    code: 'LOG_MISSING',
    what: 'there is no commit log in this folder',
    where: dataDir,
    mend: 'give the data folder of a server with --data-dir',
  });
}

const LOG: SettingsCommand = {
  name: 'log',
  keys: ['modulePath', 'dataDir'],
  switches: ['json'],
  texts: ['from', 'count'],
};

const LOG_HELP = `usage: tickbase log --data-dir DIR [--from N] [--count N] [--json]

Prints the records of a commit log: a record's number, tick and time, then what it did, a line each:

  + TABLE column=value …    a row was inserted; values that the log does not keep are those of the snapshot before, or defaults
  ~ TABLE key=value …       these columns of a row have changed
  - TABLE key=value         a row was deleted
  session N …               a client came, called up to this number, or left

Nothing on the disk is changed; beside a running server the newest records may be missing.

options:
  --data-dir DIR       the data folder (default: .tickbase in the module's folder)
  --from N             begin with record N (default: the first that is there)
  --count N            print N records at most
  --json               a JSON object a line, with sequence, tick, kind, time and lines
  --module-path DIR    folder of the module, instead of the data folder
  --config FILE        settings file of \`tickbase start\`, of which the same names count
  --help               this text

exit codes: 0 done, 1 the log is damaged or not there, 2 the command line or the settings are wrong
`;
