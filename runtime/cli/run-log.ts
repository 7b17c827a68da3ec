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
  const { texts, switches } = settings;
  const from = wholeNumber('from', texts.from);
  const count = wholeNumber('count', texts.count) ?? Infinity;
  const lastMax = wholeNumber('last', texts.last);
  const fromTick = wholeNumber('from-tick', texts['from-tick']) ?? 0;
  const toTick = wholeNumber('to-tick', texts['to-tick']) ?? Infinity;
  const text = switches.has('json') ? jsonLine : lines;
  let told = 0;
  /** The newest records, when only these are wanted: a ring, since the log may be long. */
  const last: ToldRecord[] = [];
  const end = await tellLog(
    {
      disk: new NodeDisk(),
      logFolder: join(dataDir, LOG_FOLDER),
      snapshotFolder: join(dataDir, SNAPSHOT_FOLDER),
      ...(from === undefined ? {} : { fromSequence: from }),
      ...(texts.table === undefined ? {} : { table: texts.table }),
      tablesFor: emptyTables,
      migrate: replayTables,
    },
    (record) => {
      if (record.tick < fromTick) return true;
      if (told >= count || record.tick > toTick) return false;
      if (lastMax === undefined) io.out(text(record));
      else last[told % lastMax] = record;
      told++;
      return true;
    },
  );
  for (let i = Math.max(0, told - last.length); i < told; i++) io.out(text(last[i % lastMax!]!));
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
    what: `${JSON.stringify(text)} is no number of ${flag.endsWith('tick') ? 'a tick' : 'records'}`,
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
  texts: ['from', 'count', 'last', 'from-tick', 'to-tick', 'table'],
};

const LOG_HELP = `usage: tickbase log --data-dir DIR [--table NAME] [--last N] [--from N] [--count N] [--json]

Prints the records of a commit log: a record's number, tick and time, then what it did, a line each:

  + TABLE column=value …    a row was inserted; values that the log does not keep are those of the snapshot before, or defaults
  ~ TABLE key=value …       these columns of a row have changed
  - TABLE key=value         a row was deleted
  session N …               a client came, called up to this number, or left
  REDUCER by IDENTITY …     a call and what came of it; only where the server keeps them (--log-inputs all)

Nothing on the disk is changed; beside a running server the newest records may be missing.

options:
  --data-dir DIR       the data folder (default: .tickbase in the module's folder)
  --table NAME         only rows of this table, as SQL calls it, and only records that have one
  --last N             print the newest N records alone
  --from N             begin with record N (default: the first that is there)
  --count N            print N records at most
  --from-tick T        leave out what came before tick T
  --to-tick T          leave out what came after tick T
  --json               a JSON object a line, with sequence, tick, kind, time and lines
  --module-path DIR    folder of the module, instead of the data folder
  --config FILE        settings file of \`tickbase start\`, of which the same names count
  --help               this text

exit codes: 0 done, 1 the log is damaged or not there, 2 the command line or the settings are wrong
`;
