import { parseArgs } from 'node:util';
import { TickbaseError, unknownFlag } from '@tickbase/base';
import { SCENARIOS } from './scenarios.ts';
import type { Scenario } from './scenarios/scenario.ts';

export const USAGE = `npm run loadtest -- [--bots N] [--seconds S] [--scenario NAME] [--uri WS] [--json] [--profile DIR]

  --bots N         players, from 1 to 5000 (default: 100)
  --seconds S      length of the measured window, from 1 to 86400 (default: 20); joins and a while to settle come before it
  --scenario NAME  what they do: ${[...SCENARIOS.keys()].join(', ')} (default: ${[...SCENARIOS.keys()][0]})
  --uri WS         a running server of this machine, ws://HOST:PORT[/v1/database/NAME/subscribe]; without it one is started
  --json           the last line is the report as one JSON object
  --profile DIR    a CPU profile of the load test's own server, written to this folder`;

export interface Flags {
  readonly bots: number;
  readonly seconds: number;
  readonly scenario: Scenario;
  /** A running server's whole address; null: the load test starts one. */
  readonly uri: string | null;
  readonly isJson: boolean;
  readonly profileDir: string | null;
  readonly isHelp: boolean;
}

/** Throws a TickbaseError: CLI_FLAG_UNKNOWN, CLI_ARGUMENT_UNKNOWN, CLI_VALUE_MISSING, CLI_VALUE or LOADTEST_NOT_LOOPBACK. */
export function parseFlags(argv: readonly string[]): Flags {
  const { bots, seconds, scenario: name, uri, json, profile, help } = valuesOf(argv);
  const scenario = scenarioOf(name);
  if (uri !== undefined && profile !== undefined) {
    throw flagError(
      'CLI_VALUE',
      'a running server cannot be profiled from here',
      '--profile',
      'leave out --uri or --profile',
    );
  }
  return {
    bots: whole('--bots', bots, 100, 5000),
    seconds: whole('--seconds', seconds, 20, 86_400),
    scenario,
    uri: uri === undefined ? null : subscribeUriOf(uri, scenario.database),
    isJson: json === true,
    profileDir: profile ?? null,
    isHelp: help === true,
  };
}

const OPTIONS = {
  bots: { type: 'string' },
  seconds: { type: 'string' },
  scenario: { type: 'string' },
  uri: { type: 'string' },
  json: { type: 'boolean' },
  profile: { type: 'string' },
  help: { type: 'boolean' },
} as const;
const SEE_HELP = 'see npm run loadtest -- --help';

function valuesOf(argv: readonly string[]): Values {
  const unknown = unknownFlag(argv, Object.keys(OPTIONS), SEE_HELP);
  if (unknown !== null) {
    throw flagError('CLI_FLAG_UNKNOWN', `there is no flag ${unknown.flag}`, 'the command line', unknown.mend);
  }
  try {
    return parseArgs({ args: [...argv], options: OPTIONS }).values;
  } catch (error) {
    const code = CODE_OF[(error as { code?: string }).code ?? ''];
    if (code === undefined) throw error;
    const what = (error as Error).message.split('. ')[0]!;
    throw flagError(code, what, 'the command line', SEE_HELP);
  }
}

interface Values {
  readonly bots?: string | undefined;
  readonly seconds?: string | undefined;
  readonly scenario?: string | undefined;
  readonly uri?: string | undefined;
  readonly json?: boolean | undefined;
  readonly profile?: string | undefined;
  readonly help?: boolean | undefined;
}

const CODE_OF: Readonly<Record<string, string>> = {
  ERR_PARSE_ARGS_UNKNOWN_OPTION: 'CLI_FLAG_UNKNOWN',
  ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL: 'CLI_ARGUMENT_UNKNOWN',
  ERR_PARSE_ARGS_INVALID_OPTION_VALUE: 'CLI_VALUE_MISSING',
};

function scenarioOf(name: string | undefined): Scenario {
  const scenario = SCENARIOS.get(name ?? [...SCENARIOS.keys()][0]!);
  if (scenario !== undefined) return scenario;
  const known = [...SCENARIOS.keys()].join(', ');
  throw flagError('CLI_VALUE', `there is no scenario ${JSON.stringify(name)}`, '--scenario', `give one of ${known}`);
}

function whole(flag: string, text: string | undefined, preset: number, max: number): number {
  if (text === undefined) return preset;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= max) return value;
  throw flagError(
    'CLI_VALUE',
    `${JSON.stringify(text)} is not a number that it takes`,
    flag,
    `give a whole number from 1 to ${max}`,
  );
}

/** Fills in what an address leaves out, and refuses any but this machine's. */
function subscribeUriOf(text: string, database: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !['ws:', 'http:'].includes(url.protocol)) {
    const mend = 'give ws://HOST:PORT, or the whole address that a client opens';
    throw flagError('CLI_VALUE', `${JSON.stringify(text)} is no address of a server`, '--uri', mend);
  }
  if (!isLoopback(url.hostname)) {
    throw flagError(
      'LOADTEST_NOT_LOOPBACK',
      `${url.hostname} is not this machine, and a load test is an attack on any other`,
      '--uri',
      'run the load test on the machine of the server, with 127.0.0.1, [::1] or localhost',
    );
  }
  url.protocol = 'ws:';
  if (url.pathname === '/') url.pathname = `/v1/database/${database}/subscribe`;
  if (databaseOf(url.href) !== null) return url.href;
  const mend = 'leave the path out, or give /v1/database/NAME/subscribe';
  throw flagError('CLI_VALUE', `${url.pathname} is not the path of a database`, '--uri', mend);
}

/** The name in a whole address; null: it has none. */
export function databaseOf(uri: string): string | null {
  return /^\/v1\/database\/([^/]+)\/subscribe$/.exec(new URL(uri).pathname)?.[1] ?? null;
}

/** `hostname` as URL gives it: IPv4 in its four numbers, IPv6 in brackets and shortened. */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

function flagError(code: string, what: string, where: string, mend: string): TickbaseError {
  return new TickbaseError({ code, what, where, mend });
}
