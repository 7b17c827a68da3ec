import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { nearestName, TickbaseError, unknownFlag } from '@tickbase/base';
import type { CliIo } from './cli-io.ts';
import { SETTINGS, type GivenSetting, type SettingKey } from './settings.ts';

/** What was set for a command: flags win over environment variables, these over tickbase.json, which is that of `tickbase start`. */
export function gatherSettings(
  args: readonly string[],
  io: Pick<CliIo, 'env' | 'cwd'>,
  command: SettingsCommand = START,
): GatheredSettings {
  const { flags, switches, positionals } = readFlags(args, command);
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
  return { given, switches, positionals, texts: flags, isHelp: flags.help !== undefined };
}

export interface GatheredSettings {
  readonly given: ReadonlyMap<SettingKey, GivenSetting>;
  /** Flags without a value that were given. */
  readonly switches: ReadonlySet<string>;
  /** What the command line has without a flag: as many as the command takes, unless help was asked for. */
  readonly positionals: readonly string[];
  /** Values of the command's own flags, by name. */
  readonly texts: Readonly<Record<string, string | undefined>>;
  readonly isHelp: boolean;
}

/** What a command takes on its command line beside --config and --help. */
export interface SettingsCommand {
  readonly name: string;
  readonly keys: readonly SettingKey[];
  /** Flags without a value. */
  readonly switches: readonly string[];
  /** What it needs without a flag, as its help calls it. */
  readonly positionals?: readonly string[];
  /** Any number of further ones may follow these. */
  readonly takesMore?: boolean;
  /** Flags with a value that are no settings. */
  readonly texts?: readonly string[];
}

const START: SettingsCommand = { name: 'start', keys: SETTINGS.map(({ key }) => key), switches: [] };

interface Flags {
  readonly flags: Readonly<Record<string, string | undefined>>;
  readonly switches: ReadonlySet<string>;
  readonly positionals: readonly string[];
}

function readFlags(args: readonly string[], command: SettingsCommand): Flags {
  const flags: Record<string, string | undefined> = {};
  const switches = new Set<string>();
  const positionals: string[] = [];
  const expected = command.positionals ?? [];
  const names = SETTINGS.filter(({ key }) => command.keys.includes(key)).map(({ flag }) => flag);
  const options = Object.fromEntries([
    ...[...names, ...(command.texts ?? []), 'config'].map((name) => [name, { type: 'string' as const }]),
    ...command.switches.map((name) => [name, { type: 'boolean' as const }]),
    ['help', { type: 'boolean' as const, short: 'h' }],
  ]);
  const seeHelp = `see \`tickbase ${command.name} --help\``;
  const usage = (code: string, what: string, mend = seeHelp): TickbaseError =>
    new TickbaseError({ code, what, where: 'the command line', mend });
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') {
      if (positionals.push(token.value) <= expected.length || command.takesMore === true) continue;
      throw usage('CLI_ARGUMENT_UNKNOWN', `${JSON.stringify(token.value)} is not expected`);
    }
    if (!(token.name in options)) {
      const mend = unknownFlag([token.rawName], Object.keys(options), seeHelp)?.mend;
      throw usage('CLI_FLAG_UNKNOWN', `there is no flag ${token.rawName}`, mend);
    }
    if (token.name === 'help') flags.help = '';
    else if (command.switches.includes(token.name)) switches.add(token.name);
    else if (!token.value || (!token.inlineValue && token.value.startsWith('--'))) {
      throw usage('CLI_VALUE_MISSING', `${token.rawName} needs a value`);
    } else flags[token.name] = token.value;
  }
  if (positionals.length < expected.length && flags.help === undefined)
    throw usage('CLI_ARGUMENT_MISSING', `${expected[positionals.length]!} is not given`);
  return { flags, switches, positionals };
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
    if (setting === undefined) {
      const meant = nearestName(
        key,
        SETTINGS.map((known) => known.key),
      );
      const hint = meant === null ? '' : `; did you mean "${meant}"?`;
      throw fileError(path, `there is no setting ${JSON.stringify(key)}${hint}`);
    }
    if (typeof value !== 'string' && typeof value !== 'number')
      throw fileError(path, `"${key}" is neither a text nor a number`);
    const where = `"${key}" in ${path}`;
    yield [setting.key, { text: String(value), origin: 'file', where, folder: dirname(path) }];
  }
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
