import { parseArgs } from 'node:util';
import { TickbaseError, unknownFlag } from '@tickbase/base';

export const USAGE = `npm start -- [--port N] [--bots N] [--data-dir DIR]

  --port N         port of the page and the server; 0 takes a free one (default: 3000)
  --bots N         players that the program plays itself, from 0 to 500 (default: 24)
  --data-dir DIR   where the world is kept (default: TICKBASE_DATA_DIR, or else sample-game/.tickbase)
  --help           this text`;

export interface Flags {
  /** 0 takes a free one. */
  readonly port: number;
  readonly isPortGiven: boolean;
  readonly bots: number;
  /** As it was given; undefined: it was not. */
  readonly dataDir: string | undefined;
  readonly isHelp: boolean;
}

const DEFAULT_PORT = 3000;
const DEFAULT_BOTS = 24;
const BOTS_MAX = 500;

/** Throws a TickbaseError: CLI_FLAG_UNKNOWN, CLI_ARGUMENT_UNKNOWN, CLI_VALUE_MISSING or CLI_VALUE. */
export function parseFlags(argv: readonly string[]): Flags {
  const { port, bots, help, 'data-dir': dataDir } = valuesOf(argv);
  if (dataDir === '') throw flagError('CLI_VALUE_MISSING', '--data-dir needs a value', SEE_HELP);
  return {
    port: whole('--port', port, DEFAULT_PORT, 65_535),
    isPortGiven: port !== undefined,
    bots: whole('--bots', bots, DEFAULT_BOTS, BOTS_MAX),
    dataDir,
    isHelp: help === true,
  };
}

const OPTIONS = {
  port: { type: 'string' },
  bots: { type: 'string' },
  'data-dir': { type: 'string' },
  help: { type: 'boolean' },
} as const;
const SEE_HELP = 'see npm start -- --help';

function valuesOf(argv: readonly string[]): ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'] {
  const unknown = unknownFlag(argv, Object.keys(OPTIONS), SEE_HELP);
  if (unknown !== null) throw flagError('CLI_FLAG_UNKNOWN', `there is no flag ${unknown.flag}`, unknown.mend);
  try {
    return parseArgs({ args: [...argv], options: OPTIONS }).values;
  } catch (error) {
    const code = CODE_OF[(error as { code?: string }).code ?? ''];
    if (code === undefined) throw error;
    throw flagError(code, (error as Error).message.split('. ')[0]!, SEE_HELP);
  }
}

const CODE_OF: Readonly<Record<string, string>> = {
  ERR_PARSE_ARGS_UNKNOWN_OPTION: 'CLI_FLAG_UNKNOWN',
  ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL: 'CLI_ARGUMENT_UNKNOWN',
  ERR_PARSE_ARGS_INVALID_OPTION_VALUE: 'CLI_VALUE_MISSING',
};

function whole(flag: string, text: string | undefined, preset: number, max: number): number {
  if (text === undefined) return preset;
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= max) return value;
  throw flagError(
    'CLI_VALUE',
    `${JSON.stringify(text)} is no value for ${flag}`,
    `give a whole number from 0 to ${max}`,
  );
}

function flagError(code: string, what: string, mend: string): TickbaseError {
  return new TickbaseError({ code, what, where: 'the command line', mend });
}
