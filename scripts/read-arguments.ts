import { parseArgs, type ParseArgsConfig } from 'node:util';
import { nearestName, TickbaseError, unknownFlag } from '@tickbase/base';

/**
 * A script's command line: a name, if it `takes` one of several, and flags. Null: its help was asked for. Throws a TickbaseError:
 * CLI_FLAG_UNKNOWN, CLI_ARGUMENT_UNKNOWN, CLI_VALUE_MISSING or CLI_VALUE.
 *   script   as npm knows it
 *   names    what can be named, or null
 */
export function readArguments<const O extends Options>(
  argv: readonly string[],
  { script, names, options }: { script: string; names: readonly string[] | null; options: O },
): ReadArguments<O> | null {
  const seeHelp = `see npm run ${script} -- --help`;
  const fail = (code: string, what: string, mend = seeHelp): TickbaseError =>
    new TickbaseError({ code, what, where: 'the command line', mend });
  const unknown = unknownFlag(argv, [...Object.keys(options), 'help'], seeHelp);
  if (unknown !== null) throw fail('CLI_FLAG_UNKNOWN', `there is no flag ${unknown.flag}`, unknown.mend);
  const { values, positionals } = parsed(argv, options, fail);
  if ('help' in values) return null;
  const [name = '', extra] = positionals;
  if (names === null ? name !== '' : extra !== undefined) {
    throw fail('CLI_ARGUMENT_UNKNOWN', `${JSON.stringify(extra ?? name)} is not expected`);
  }
  if (names !== null && !names.includes(name)) {
    const meant = nearestName(name, names);
    const what = name === '' ? 'no name is given' : `there is no ${script} ${JSON.stringify(name)}`;
    throw fail('CLI_VALUE', what, `${meant === null ? '' : `did you mean ${meant}? `}give one of ${names.join(', ')}`);
  }
  return { name, values: values as ReadArguments<O>['values'] };
}

type Options = Readonly<Record<string, { readonly type: 'string' | 'boolean' }>>;

export interface ReadArguments<O extends Options> {
  /** Empty for a script that takes none. */
  readonly name: string;
  readonly values: { readonly [Flag in keyof O]?: O[Flag]['type'] extends 'string' ? string : boolean };
}

function parsed(
  argv: readonly string[],
  options: Options,
  fail: (code: string, what: string) => TickbaseError,
): { values: object; positionals: string[] } {
  const config: ParseArgsConfig = {
    args: [...argv],
    allowPositionals: true,
    options: { ...options, help: { type: 'boolean' } },
  };
  try {
    return parseArgs(config);
  } catch (error) {
    const code = CODE_OF[(error as { code?: string }).code ?? ''];
    if (code === undefined) throw error;
    throw fail(code, (error as Error).message.split('. ')[0]!);
  }
}

const CODE_OF: Readonly<Record<string, string>> = {
  ERR_PARSE_ARGS_UNKNOWN_OPTION: 'CLI_FLAG_UNKNOWN',
  ERR_PARSE_ARGS_INVALID_OPTION_VALUE: 'CLI_VALUE_MISSING',
};
