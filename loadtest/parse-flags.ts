import { parseArgs } from 'node:util';
import { nearestName, TickbaseError, unknownFlag } from '@tickbase/base';
import { SCENARIOS } from './scenarios.ts';
import type { Scenario } from './scenarios/scenario.ts';

export const USAGE = `npm run loadtest -- [--scenario NAME] [--bots N] [--seconds S] [--uri WS] [--report DIR] [--json] [--profile DIR]
       npm run loadtest -- --find-max [--p99 MS] [--scenario NAME] [--bots N] [--seconds S] [--report DIR] [--json]
       npm run loadtest -- --pairs N [--scenario NAME] [--bots N] [--seconds S] [--report DIR] [--json]

  --scenario NAME  what the players do: ${[...SCENARIOS.keys()].join(', ')} (default: ${[...SCENARIOS.keys()][0]});
                   all: each of them after the others, by 60 bots for 5 seconds unless said otherwise
  --bots N         players, from 1 to 5000 (default: 100); with --find-max the most that are tried (default: 5000)
  --seconds S      length of the measured window, from 1 to 86400 (default: 20); joins and a while to settle come before it
  --uri WS         a running server of this machine, ws://HOST:PORT[/v1/database/NAME/subscribe]; without it one is started
  --find-max       search the number of players with which a tick's p99 stays under the one of --p99
  --p99 MS         for --find-max, from 1 to 10000 (default: 50)
  --pairs N        so many pairs of runs, from 1 to 50, one with and one without the scenario's slow readers, and how the others fared
  --overload WORD  on: the server sends clients less when ticks take most of their time, as servers do by themselves; off (default): it sends all
  --socket-threads N
                   threads that the server has for its sockets, from 0 to 16 (default: 0, they are the tick thread's)
  --report DIR     a page with plots and all figures, index.html, and series.json beside it, written to this folder
  --json           the last line is the report as one JSON object
  --profile DIR    a CPU profile of the load test's own server, written to this folder`;

export interface Flags {
  readonly bots: number;
  readonly seconds: number;
  readonly scenario: Scenario;
  /** Every scenario is run, and not `scenario` alone. */
  readonly isAll: boolean;
  /** Search the number of players with which a tick's p99 stays under this; null: run with `bots`. */
  readonly findMaxP99Ms: number | null;
  /** Pairs of runs with and without slow readers; null: one run. */
  readonly pairs: number | null;
  /** The scenario's slow readers read slowly. */
  readonly hasSlow: boolean;
  /** The load test's own server sends clients less when ticks take most of their time. */
  readonly hasOverload: boolean;
  /** Of the load test's own server. */
  readonly socketThreads: number;
  /** Where the page goes; null: none is written. */
  readonly reportDir: string | null;
  /** A running server's whole address; null: the load test starts one. */
  readonly uri: string | null;
  readonly isJson: boolean;
  readonly profileDir: string | null;
  readonly isHelp: boolean;
}

/** Throws a TickbaseError: CLI_FLAG_UNKNOWN, CLI_ARGUMENT_UNKNOWN, CLI_VALUE_MISSING, CLI_VALUE or LOADTEST_NOT_LOOPBACK. */
export function parseFlags(argv: readonly string[]): Flags {
  const values = valuesOf(argv);
  const { uri, profile } = values;
  const isAll = values.scenario === 'all';
  const isSearch = values['find-max'] === true;
  const scenario = scenarioOf(isAll ? undefined : values.scenario);
  for (const [flag, what, mend] of conflictsOf(values, scenario)) throw flagError('CLI_VALUE', what, flag, mend);
  return {
    bots: whole('--bots', values.bots, isSearch ? BOTS_MAX : isAll ? 60 : 100, BOTS_MAX),
    seconds: whole('--seconds', values.seconds, isAll ? 5 : 20, 86_400),
    scenario,
    isAll,
    findMaxP99Ms: isSearch ? whole('--p99', values.p99, 50, 10_000) : null,
    pairs: values.pairs === undefined ? null : whole('--pairs', values.pairs, 5, 50),
    hasSlow: true,
    hasOverload: switchOf('--overload', values.overload),
    socketThreads: whole('--socket-threads', values['socket-threads'], 0, 16, 0),
    uri: uri === undefined ? null : subscribeUriOf(uri, scenario.database),
    isJson: values.json === true,
    profileDir: profile ?? null,
    reportDir: values.report ?? null,
    isHelp: values.help === true,
  };
}

const BOTS_MAX = 5000;

/** Flags of this command line that cannot stand together: one of them, why, and what to do. */
function conflictsOf(values: Values, scenario: Scenario): (readonly [flag: string, what: string, mend: string])[] {
  const isSearch = values['find-max'] === true;
  const arePairs = values.pairs !== undefined;
  const isAll = values.scenario === 'all';
  const isMany = isSearch || arePairs || isAll;
  const isProfiled = values.profile !== undefined;
  const conflicts = [
    [
      values.uri !== undefined && isProfiled,
      '--profile',
      'a running server cannot be profiled from here',
      'leave out --uri or --profile',
    ],
    [isMany && values.uri !== undefined, '--uri', 'several runs have a new server each', 'leave out --uri'],
    [isMany && isProfiled, '--profile', 'a profile is of one run', 'leave out --profile'],
    [isSearch && arePairs, '--pairs', 'it is a search or pairs of runs, not both', 'leave out --find-max or --pairs'],
    [isAll && (isSearch || arePairs), '--scenario', 'a search, or pairs of runs, are of one scenario', 'give its name'],
    [
      values.overload !== undefined && values.uri !== undefined,
      '--overload',
      'a running server has its own setting',
      'leave it out',
    ],
    [
      values['socket-threads'] !== undefined && values.uri !== undefined,
      '--socket-threads',
      'a running server has its own setting',
      'leave it out',
    ],
    [values.p99 !== undefined && !isSearch, '--p99', 'it is the aim of a search', 'add --find-max, or leave it out'],
    [
      arePairs && !isAll && scenario.slowReaders === undefined,
      '--pairs',
      `nobody reads slowly in ${scenario.name}`,
      'give --scenario slow-socket',
    ],
  ] as const;
  return conflicts.filter(([holds]) => holds).map(([, flag, what, mend]) => [flag, what, mend]);
}

const OPTIONS = {
  bots: { type: 'string' },
  seconds: { type: 'string' },
  scenario: { type: 'string' },
  uri: { type: 'string' },
  'find-max': { type: 'boolean' },
  p99: { type: 'string' },
  pairs: { type: 'string' },
  overload: { type: 'string' },
  'socket-threads': { type: 'string' },
  report: { type: 'string' },
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
  readonly 'find-max'?: boolean | undefined;
  readonly p99?: string | undefined;
  readonly pairs?: string | undefined;
  readonly overload?: string | undefined;
  readonly 'socket-threads'?: string | undefined;
  readonly report?: string | undefined;
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
  const known = [...SCENARIOS.keys(), 'all'];
  const meant = nearestName(name ?? '', known);
  const mend = `${meant === null ? '' : `did you mean ${meant}? `}give one of ${known.join(', ')}`;
  throw flagError('CLI_VALUE', `there is no scenario ${JSON.stringify(name)}`, '--scenario', mend);
}

function whole(flag: string, text: string | undefined, preset: number, max: number, min = 1): number {
  if (text === undefined) return preset;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw flagError(
    'CLI_VALUE',
    `${JSON.stringify(text)} is not a number that it takes`,
    flag,
    `give a whole number from ${min} to ${max}`,
  );
}

/** Off unless given. */
function switchOf(flag: string, text: string | undefined): boolean {
  if (text === undefined || text === 'off') return false;
  if (text === 'on') return true;
  throw flagError('CLI_VALUE', `${JSON.stringify(text)} is not what it takes`, flag, 'give on or off');
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
