import { readFileSync } from 'node:fs';
import { ERROR_TABLE } from '@tickbase/schema/errors';
import { VALUE_LIMITS } from '../../protocol/values/check-value.ts';
import { RESUME_GRACE_MS } from '../../runtime/gateway/gateway-ports.ts';
import { DEFAULT_LIMITS, FLOOD_FACTOR, type GatewayLimits } from '../../runtime/gateway/gateway-limits.ts';
import { REACH_CELLS_MAX } from '../../runtime/interest/reach.ts';
import { ROW_BYTES_MAX } from '../../runtime/store/check-row-bytes.ts';
import { DIRECT_VALUE_MAX } from '../../runtime/store/direct-index.ts';
import { ENCODED_BYTES_MAX, STRING_LENGTH_MAX } from '../../runtime/store/write-value.ts';
import { QUERY_ROWS_MAX } from '../../runtime/tick/tick-items.ts';
import { TICK_LIMITS } from '../../runtime/tick/tick-limits.ts';
import { CATCH_UP_STEPS_MAX } from '../../runtime/tick/tick-loop.ts';
import { CENTRES_MAX } from '../../runtime/transactions/interest-reader.ts';
import { NAME_LENGTH_MAX } from '../../schema/plan/check-name.ts';
import { COLUMNS_MAX, TABLES_MAX, TICK_RATE_MAX } from '../../schema/plan/check-plan.ts';
import { DEPTH_MAX as TYPE_DEPTH_MAX, VARIANTS_MAX } from '../../schema/plan/check-types.ts';
import { DEPTH_MAX as SQL_DEPTH_MAX, LENGTH_MAX as SQL_LENGTH_MAX } from '../../schema/query/parse-sql.ts';
import { markdownTable } from './markdown-table.ts';

/** docs/reference/limits.md: every bound with its default and the code of the error that passing it gives. */
export function limitsPage(): string[] {
  return [
    '# Limits',
    '',
    'Every bound with its default and what happens beyond it; codes are explained in [Error codes](errors.md). A program that starts the',
    'server by `startServer` of `@tickbase/runtime` may give others of the first table as `limits`, and `resumeGraceMs`, `callMsMax` and',
    '`startHookMsMax` beside them; the rest is fixed. Generated from the code by `npm run generate:docs`.',
    '',
    '## What clients may use',
    '',
    'A rate has a budget of its burst that refills by its number a second. Beyond it items are refused; beyond',
    `${FLOOD_FACTOR} times of both the connection is closed with 4007.`,
    '',
    ...markdownTable(
      ['limit', 'default', 'what', 'beyond it'],
      Object.entries(CLIENT_LIMITS).map(([name, { what, beyond }]) => [
        `\`${name}\``,
        withUnit(name, DEFAULT_LIMITS[name as keyof GatewayLimits]),
        what,
        beyondText(beyond),
      ]),
    ),
    '',
    `A dropped connection waits ${number(RESUME_GRACE_MS)} ms for its client to resume (\`resumeGraceMs\`).`,
    '',
    '## The tick',
    '',
    ...markdownTable(['limit', 'value', 'what', 'beyond it'], tickRows()),
    '',
    '## Modules, rows, queries',
    '',
    ...markdownTable(
      ['what', 'at most', 'beyond it'],
      FIXED.map(([what, value, beyond]) => [what, value, beyondText(beyond)]),
    ),
  ];
}

/** Codes of the error table, or a sentence where there is no error. */
type Beyond = readonly string[] | string;

const CLIENT_LIMITS: Record<keyof GatewayLimits, { readonly what: string; readonly beyond: Beyond }> = {
  connectionsMax: { what: 'sockets open at once', beyond: ['TOO_MANY_CONNECTIONS'] },
  connectionsPerAddressMax: { what: 'sockets from one remote address', beyond: ['TOO_MANY_CONNECTIONS'] },
  connectionsPerLoopbackMax: {
    what: 'sockets from this machine, where proxies and load tests come from',
    beyond: ['TOO_MANY_CONNECTIONS'],
  },
  connectsPerSecond: {
    what: 'sockets that one remote address opens, those that are turned away included; from this machine a thousand times as many',
    beyond: ['TOO_MANY_CONNECTIONS'],
  },
  connectsBurst: { what: 'its burst', beyond: ['TOO_MANY_CONNECTIONS'] },
  connectionsPerIdentityMax: {
    what: 'connections of one identity, those that wait for a resume included',
    beyond: ['TOO_MANY_CONNECTIONS'],
  },
  identityFactor: {
    what: 'times the rates and the subscriptions of one connection that all connections of an identity have together, in equal shares',
    beyond: 'as beyond the limits of one connection',
  },
  droppedSessionsMax: {
    what: 'dropped connections that wait for a resume',
    beyond: 'the oldest ends before its time, and its client connects anew',
  },
  handshakeMs: { what: 'from the open socket to its hello', beyond: ['HELLO_TIMEOUT'] },
  tokenBytesMax: { what: 'a token', beyond: ['TOKEN_MALFORMED'] },
  joinsPerSecond: { what: 'new clients of all; under load less', beyond: 'the others wait for their turn' },
  joinWaitMsMax: { what: 'until the turn of a client that waits to join', beyond: ['TOO_MANY_JOINS'] },
  requestsPerSecond: {
    what: 'requests of one remote address over HTTP, a new identity counting as five; from this machine a thousand times as many',
    beyond: ['TOO_MANY_REQUESTS'],
  },
  requestsBurst: { what: 'its burst', beyond: ['TOO_MANY_REQUESTS'] },
  messageBytesMax: { what: 'one message of a client', beyond: ['MESSAGE_TOO_LONG'] },
  itemsPerMessageMax: { what: 'calls, subscriptions and queries in one message', beyond: ['WIRE_LIMIT'] },
  argsBytesMax: { what: 'the arguments of one call', beyond: ['WIRE_LIMIT'] },
  messagesPerSecond: { what: 'messages of one client', beyond: ['RATE_LIMITED'] },
  messagesBurst: { what: 'the budget of messages', beyond: ['RATE_LIMITED'] },
  bytesPerSecond: { what: 'bytes from one client', beyond: ['RATE_LIMITED'] },
  bytesBurst: { what: 'the budget of bytes', beyond: ['RATE_LIMITED'] },
  callsPerSecond: { what: 'calls, subscriptions and one-off queries of one client', beyond: ['RATE_LIMITED'] },
  callsBurst: { what: 'the budget of calls', beyond: ['RATE_LIMITED'] },
  callsWaitingMax: { what: 'calls of one client that wait for the tick', beyond: ['TOO_MANY_CALLS'] },
  resultsKeptMax: { what: 'results of one client without a receipt', beyond: ['TOO_MANY_RESULTS'] },
  queriesWaitingMax: { what: 'one-off queries of one client that wait', beyond: ['TOO_MANY_QUERIES'] },
  subscriptionsMax: { what: 'subscriptions of one client', beyond: ['TOO_MANY_SUBSCRIPTIONS'] },
  queriesMax: { what: 'queries in all subscriptions of one client', beyond: ['TOO_MANY_SUBSCRIPTIONS'] },
  queriesPerSubscriptionMax: { what: 'queries of one subscription', beyond: ['WIRE_LIMIT'] },
  watchedRowsMax: {
    what: 'rows that the subscriptions of one client watch when it asks for one more, and one for each key; areas of interest are not counted',
    beyond: ['TOO_MANY_ROWS_WATCHED'],
  },
  queryBytesMax: { what: 'the text of one query', beyond: ['WIRE_LIMIT'] },
  lagMsSoft: { what: 'without a receipt', beyond: 'rows are held back and come merged, results with them' },
  lagMsHard: { what: 'without a receipt', beyond: ['SLOW_CLIENT'] },
  bufferedBytesSoft: {
    what: 'in the send buffer of a socket',
    beyond: 'rows are held back and come merged, results with them',
  },
  bufferedBytesHard: { what: 'in the send buffer of a socket', beyond: 'nothing is sent until it has drained' },
  privateBytesMax: {
    what: 'results and answers that wait for a receipt of one client',
    beyond: ['TOO_MANY_RESULTS', 'ANSWER_TOO_LARGE'],
  },
  heldTicksMax: {
    what: 'ticks whose messages to confirmed clients wait for the disk',
    beyond: 'news is held back and comes merged',
  },
  heldBytesMax: { what: 'of such messages', beyond: 'news is held back and comes merged' },
};

/** By the name of the limit; `value` where it follows from the tick rate. */
const TICK_WORDS: Readonly<
  Record<string, { readonly what: string; readonly beyond: Beyond; readonly value?: string }>
> = {
  callsPerTickMax: { what: 'calls, connects and queries of one tick', beyond: 'the rest waits for the next tick' },
  callsMsMax: {
    what: 'calls start in a tick',
    beyond: 'the rest waits for the next tick',
    value: 'half of the tick’s period',
  },
  timersPerTickMax: { what: 'timers of one tick', beyond: 'the rest waits for the next tick' },
  timersMsMax: {
    what: 'timers start in a tick',
    beyond: 'the rest waits for the next tick',
    value: 'the tick’s period',
  },
  tickMsMax: {
    what: 'systems start in a tick',
    beyond: 'the rest comes first in the next tick',
    value: 'two periods of the tick',
  },
  callMsMax: {
    what: 'one run of a reducer, hook, timer, system or interest function',
    beyond: ['CALL_STOPPED', 'CALL_SUSPENDED'],
  },
  startHookMsMax: { what: 'one run of `init` or `started`', beyond: ['CALL_STOPPED'] },
  wakeMsMax: { what: 'commits in a row at `tickRate: 0`', beyond: 'the sockets have their turn, then the rest' },
};

function tickRows(): string[][] {
  const rows = Object.entries(TICK_LIMITS).map(([name, preset]) => {
    const words = TICK_WORDS[name];
    if (words === undefined) throw new Error(`limits-page.ts has no words for the tick limit ${name}`);
    return [`\`${name}\``, words.value ?? withUnit(name, preset), words.what, beyondText(words.beyond)];
  });
  const caughtUp = 'ticks that a loop which is late runs at once';
  return [...rows, ['–', number(CATCH_UP_STEPS_MAX), caughtUp, 'older ones are left out, and the log says so']];
}

const FIXED: readonly (readonly [what: string, value: string, beyond: Beyond])[] = [
  ['tables of a module', number(TABLES_MAX), ['TABLES_TOO_MANY']],
  ['columns of a table', number(COLUMNS_MAX), ['TABLE_TOO_WIDE']],
  ['letters of a name', number(NAME_LENGTH_MAX), ['NAME_INVALID']],
  ['levels of a type', number(TYPE_DEPTH_MAX), ['TYPE_TOO_DEEP']],
  ['variants of an enum', number(VARIANTS_MAX), ['ENUM_SIZE']],
  ['ticks a second', number(TICK_RATE_MAX), ['TICK_RATE_INVALID']],
  ['UTF-16 units of a string', number(STRING_LENGTH_MAX), ['VALUE_TOO_LONG']],
  ['bytes of any other value of variable length', number(ENCODED_BYTES_MAX), ['VALUE_TOO_LONG']],
  ['bytes of all strings and values of variable length of a row', number(ROW_BYTES_MAX), ['VALUE_TOO_LONG']],
  ['the largest number in a direct index', number(DIRECT_VALUE_MAX), ['STORE_DIRECT_KEY']],
  ['levels of a call’s arguments', number(VALUE_LIMITS.depthMax), ['VALUE_LIMIT', 'BAD_ARGUMENTS']],
  ['array items in a call’s arguments', number(VALUE_LIMITS.elementsMax), ['VALUE_LIMIT', 'BAD_ARGUMENTS']],
  ['bytes of text in a call’s arguments', number(VALUE_LIMITS.textBytesMax), ['VALUE_LIMIT', 'BAD_ARGUMENTS']],
  ['centres of one client’s interest', number(CENTRES_MAX), 'an error in the log; the centres stay as they were'],
  ['cells on either side of a centre', number(REACH_CELLS_MAX), ['AREA_TOO_LARGE']],
  ['different predicates on one table', number(presetIn('partitioningsMax')), ['TOO_MANY_PREDICATES']],
  ['rows in the ranges on one table, once for each range', number(presetIn('rangeRowsMax')), ['TOO_MANY_RANGE_ROWS']],
  [
    'event rows that a partition keeps for clients that are behind',
    number(presetIn('eventsKeptMax')),
    'the client is told how many it missed',
  ],
  ['characters of a query', number(SQL_LENGTH_MAX), ['SQL_TOO_LONG']],
  ['levels of a query', number(SQL_DEPTH_MAX), ['SQL_TOO_DEEP']],
  ['rows of the answer to a one-off query', number(QUERY_ROWS_MAX), ['TOO_MANY_ROWS']],
];

/** What an option of the diff builder is when it is left out. */
function presetIn(option: string): number {
  const source = readFileSync(new URL('../../runtime/interest/diff-builder.ts', import.meta.url), 'utf8');
  const found = new RegExp(`options\\.${option} \\?\\? ([\\d_]+)`).exec(source)?.[1];
  if (found === undefined) throw new Error(`diff-builder.ts has no default for ${option}`);
  return Number(found.replaceAll('_', ''));
}

const CODES = new Set(Object.values(ERROR_TABLE).flatMap((codes) => codes.map(({ code }) => code as string)));

function beyondText(beyond: Beyond): string {
  if (typeof beyond === 'string') return beyond;
  for (const code of beyond) if (!CODES.has(code)) throw new Error(`there is no error code ${code}`);
  return beyond.map((code) => `\`${code}\``).join(', ');
}

function withUnit(name: string, value: number): string {
  if (/Bytes(Max|Soft|Hard|Burst)/.test(name) || name.startsWith('bytes')) return `${number(value)} bytes`;
  return /Ms(Max|Soft|Hard)?$/.test(name) ? `${number(value)} ms` : number(value);
}

/** Groups of three digits with a thin gap. */
function number(value: number): string {
  return String(value).replaceAll(/\B(?=(\d{3})+$)/g, ' ');
}
