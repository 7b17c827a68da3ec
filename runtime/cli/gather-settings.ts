import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { TickbaseError } from '@tickbase/base';
import type { CliIo } from './cli-io.ts';
import { SETTINGS, type GivenSetting, type SettingKey } from './settings.ts';

/** What was set for `tickbase start`: flags win over environment variables, these over tickbase.json. */
export function gatherSettings(args: readonly string[], io: Pick<CliIo, 'env' | 'cwd'>): GatheredSettings {
  const flags = readFlags(args);
  const given = new Map<SettingKey, GivenSetting>();
  const config = flags.config ?? io.env.TICKBASE_CONFIG;
  for (const [key, value] of readFile(config, io.cwd)) given.set(key, value);
  for (const { key, variable } of SETTINGS) {
    const text = io.env[variable];
    if (text !== undefined && text !== '')
      given.set(key, { text, origin: 'environment', where: variable, folder: io.cwd });
  }
  for (const { key, flag } of SETTINGS) {
    const text = flags[flag];
    if (text !== undefined) given.set(key, { text, origin: 'flag', where: `--${flag}`, folder: io.cwd });
  }
  return { given, isHelp: flags.help !== undefined };
}

export interface GatheredSettings {
  readonly given: ReadonlyMap<SettingKey, GivenSetting>;
  readonly isHelp: boolean;
}

function readFlags(args: readonly string[]): Record<string, string | undefined> {
  const flags: Record<string, string | undefined> = {};
  const options = Object.fromEntries([
    ...[...SETTINGS.map(({ flag }) => flag), 'config'].map((name) => [name, { type: 'string' as const }]),
    ['help', { type: 'boolean' as const, short: 'h' }],
  ]);
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional')
      throw usage('CLI_ARGUMENT_UNKNOWN', `${JSON.stringify(token.value)} is not expected`);
    if (!(token.name in options)) throw usage('CLI_FLAG_UNKNOWN', `there is no flag ${token.rawName}`);
    if (token.name === 'help') flags.help = '';
    else if (!token.value || (!token.inlineValue && token.value.startsWith('--'))) {
      throw usage('CLI_VALUE_MISSING', `${token.rawName} needs a value`);
    } else flags[token.name] = token.value;
  }
  return flags;
}

/** `named`: the file that was asked for, which must be there; otherwise tickbase.json of the current folder, if there is one. */
function* readFile(named: string | undefined, cwd: string): Generator<[SettingKey, GivenSetting]> {
  const path = resolve(cwd, named ?? 'tickbase.json');
  if (named === undefined && !existsSync(path)) return;
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw fileError(path, `it cannot be read: ${(error as Error).message}`);
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw fileError(path, 'it is not an object');
  for (const [key, value] of Object.entries(content)) {
    const setting = SETTINGS.find((candidate) => candidate.key === key);
    if (setting === undefined) throw fileError(path, `it has no setting ${JSON.stringify(key)}`);
    if (typeof value !== 'string' && typeof value !== 'number')
      throw fileError(path, `"${key}" is neither a text nor a number`);
    const where = `"${key}" in ${path}`;
    yield [setting.key, { text: String(value), origin: 'file', where, folder: dirname(path) }];
  }
}

function usage(code: string, what: string): TickbaseError {
  return new TickbaseError({ code, what, where: 'the command line', mend: 'see `tickbase start --help`' });
}

function fileError(path: string, what: string): TickbaseError {
  const names = SETTINGS.map(({ key }) => key).join(', ');
  return new TickbaseError({
    code: 'CLI_CONFIG_FILE',
    what,
    where: path,
    mend: `give a JSON object with any of ${names}`,
  });
}
