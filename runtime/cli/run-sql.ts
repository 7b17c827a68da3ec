import type { CliIo } from './cli-io.ts';
import { gatherSettings, type SettingsCommand } from './gather-settings.ts';
import { ServerTarget, TARGET, TARGET_HELP } from './server-target.ts';
import { visibleText } from './visible-text.ts';

/** `tickbase sql`: asks or changes a running server's tables. */
export async function runSql(args: readonly string[], io: CliIo): Promise<number> {
  const settings = gatherSettings(args, io, SQL);
  if (settings.isHelp) {
    io.out(SQL_HELP);
    return 0;
  }
  const target = await ServerTarget.find(settings, io.env);
  const spelling = `check its spelling (snake case); GET ${target.address}/schema tells of the public ones, with the token of an admin of all`;
  const answer = (await target.post('sql', settings.positionals[0]!, {
    SQL_TABLE_UNKNOWN: spelling,
    SQL_COLUMN_UNKNOWN: spelling,
    SQL_SYNTAX: '`tickbase sql --help` says what a statement may be',
  })) as SqlAnswer;
  io.out(settings.switches.has('json') ? `${JSON.stringify(answer)}\n` : textOf(answer));
  return 0;
}

interface SqlAnswer {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly unknown[])[];
  readonly changed: number;
}

function textOf({ columns, rows, changed }: SqlAnswer): string {
  if (columns.length === 0) return `${changed} ${changed === 1 ? 'row' : 'rows'} changed\n`;
  const cells = [columns.map(({ name }) => name), ...rows.map((row) => row.map(cellText))];
  const widths = columns.map((_, place) => Math.max(...cells.map((row) => row[place]!.length)));
  const lines = cells.map((row) =>
    row
      .map((cell, place) => cell.padEnd(widths[place]!))
      .join('  ')
      .trimEnd(),
  );
  lines.splice(1, 0, widths.map((width) => '-'.repeat(width)).join('  '));
  return `${lines.join('\n')}\n`;
}

function cellText(value: unknown): string {
  return visibleText(typeof value === 'string' ? value : JSON.stringify(value));
}

const SQL: SettingsCommand = { ...TARGET, name: 'sql', switches: ['json'], positionals: ['STATEMENT'] };

const SQL_HELP = `usage: tickbase sql STATEMENT --data-dir DIR [--json]

Runs one statement on a running server's tables, the private ones too, as one transaction, and prints the rows that it gives, or how many it
changed: SELECT with columns, COUNT(*), a join, WHERE and LIMIT; INSERT, UPDATE, DELETE. It looks at all rows of its tables. For the owner and admins.

options:
  --json               the answer as JSON: columns, rows, changed
${TARGET_HELP}

exit codes: 0 it ran, 1 it was refused, or no server runs there, 2 the command line or the settings are wrong
`;
