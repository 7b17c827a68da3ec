import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ByteWriter, Prng } from '@tickbase/base';
import type { ClientItem } from '@tickbase/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CliProcess } from '../runtime/cli/testing/cli-process.ts';
import { Attacker } from './support/attacker.ts';
import { RawSocket } from './support/raw-socket.ts';
import { Witness } from './support/witness.ts';

const WORLD = fileURLToPath(new URL('worlds/hostile/', import.meta.url));
const DATABASE = 'hostile';
/** Ticks that the witness must see, without a gap, after each attack. */
const TICKS_AFTER = 4;
const MEBIBYTE = 1024 * 1024;

let folder: string;
let server: CliProcess;
let address: string;
let port: number;
let witness: Witness;
let rssAtStart: number;
/** Attacks that wait for a time limit of the server run beside the others. */
const slow = new Map<string, Promise<string>>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tickbase-hostile-'));
  writeFileSync(join(folder, 'index.html'), 'the page');
  const flags = [
    '--module-path',
    WORLD,
    '--watchdog',
    '0',
    '--port',
    '0',
    '--data-dir',
    join(folder, 'data'),
    '--static-dir',
    folder,
  ];
  server = new CliProcess(['start', '--name', DATABASE, ...flags]);
  address = await server.address();
  port = Number(new URL(address).port);
  witness = new Witness(address, DATABASE);
  await witness.goesOn(TICKS_AFTER);
  rssAtStart = rssBytes();
  for (const [title, , run] of SLOW_ATTACKS) slow.set(title, run());
});

afterAll(async () => {
  witness.end();
  server.signal('SIGKILL');
  await server.exit;
  rmSync(folder, { recursive: true });
});

/** Who was told what; the texts are those of Attacker and RawSocket. */
type Attack = readonly [title: string, outcome: string | RegExp, run: () => Promise<string>];

const MALFORMED = /^closed 4000 (WIRE_[A-Z]+|HELLO_EXPECTED)$/;

const MESSAGES: readonly Attack[] = [
  ['an empty message', MALFORMED, () => afterHello((a) => a.socket.send(new Uint8Array(0)))],
  ['64 KB of 0xff', MALFORMED, () => afterHello((a) => a.socket.send(new Uint8Array(65_536).fill(0xff)))],
  ['64 KB of zeros', MALFORMED, () => afterHello((a) => a.socket.send(new Uint8Array(65_536)))],
  ['random bytes on two hundred connections', MALFORMED, randomMessages],
  ['a message cut off at each length, before the hello and after', MALFORMED, truncations],
  ['a count of a hundred million at each place of a small message', /./, hugeCounts],
  [
    'bytes behind the message',
    MALFORMED,
    () => afterHello((a) => a.socket.send(new Uint8Array([...a.bytesOf([]), 1]))),
  ],
  [
    'a message one byte over the limit',
    'closed 4007 MESSAGE_TOO_LONG',
    () => afterHello((a) => a.socket.send(new Uint8Array(65_537))),
  ],
  // The transport ends it without a code before the whole has come.
  ['a message of a megabyte', 'closed 1006', () => afterHello((a) => a.socket.send(new Uint8Array(MEBIBYTE)))],
  ['a text message', 'closed 4000 TEXT_MESSAGE', () => afterHello((a) => a.socket.send('{"hello":true}'))],
  ['more items than a message may have', 'closed 4000 WIRE_LIMIT', () => afterHello((a) => sendCalls(a, 1, 257))],
  ['a call that skips a number', 'closed 4000 BAD_CALL_SEQUENCE', () => afterHello(skipCall)],
];

const HANDSHAKES: readonly Attack[] = [
  ['a call before the hello', 'closed 4000 HELLO_EXPECTED', callBeforeHello],
  ['a second hello', 'closed 4000 HELLO_TWICE', () => afterHello((a) => a.items(a.helloItem()))],
  ['another protocol version', 'closed 4001 UNSUPPORTED_VERSION', () => attacker().greet({ protocolVersion: 2 })],
  ['another subprotocol', 'error Unexpected server response: 400', () => attacker(DATABASE, 'tickbase.2').next()],
  ['a database that is not there', 'error Unexpected server response: 404', () => attacker('other').next()],
  ['a token that was made up', 'closed 4002 TOKEN_MALFORMED', () => attacker().greet({ token: 'f'.repeat(64) })],
  ['a token with one character changed', 'closed 4002 TOKEN_SIGNATURE', forgedToken],
  ['a token of 8 000 characters', 'closed 4002 TOKEN_MALFORMED', () => attacker().greet({ token: 'x'.repeat(8_000) })],
  ['a resume with a secret that was made up', 'welcome', () => resume({ resumeToken: 'a'.repeat(64) })],
  ['a resume without a secret', 'welcome', () => resume({ resumeToken: '' })],
  ['a resume of another epoch', 'welcome', () => resume({ epoch: '0123456789abcdef' })],
  ['a resume of a connection that nobody has', 'welcome', () => resume({ connectionId: 3n })],
  ['a resume of another client’s connection with the own secret', 'welcome', resumeOfAnother],
  ['a resume with a secret that was used before', 'resumed, then welcome', replayedResume],
  ['200 connections, opened and dropped at once', '200 gone', manyConnections],
];

const ITEMS: readonly Attack[] = [
  ['a reducer that is not there', 'call 1 UNKNOWN_REDUCER', () => afterHello((a) => a.items(a.callItem(9_999)))],
  ['every reducer that only the server runs', 'REDUCER_NOT_CALLABLE', serverReducers],
  ['a table that is not there', 'set 1 SQL_TABLE_UNKNOWN', () => subscription('SELECT * FROM nothing')],
  ['a private table', 'set 1 SQL_TABLE_UNKNOWN', () => subscription('SELECT * FROM secret')],
  ['a private table in a query', 'query 4 SQL_TABLE_UNKNOWN', () => oneOffQuery('SELECT * FROM secret')],
  ['SQL that would write', 'set 1 SQL_SYNTAX', () => subscription('DELETE FROM beat')],
  ['two statements', 'set 1 SQL_SYNTAX', () => subscription('SELECT * FROM beat; SELECT * FROM mover')],
  ['a column that is not there', 'set 1 SQL_COLUMN_UNKNOWN', () => subscription('SELECT * FROM beat WHERE age = 3')],
  ['a comparison of different types', 'set 1 SQL_TYPE', () => subscription(`SELECT * FROM beat WHERE count = 'x'`)],
  ['a number that no column holds', 'set 1 SQL_TYPE', () => subscription('SELECT * FROM beat WHERE count = 1e999')],
  ['a thousand parentheses', 'set 1 SQL_TOO_DEEP', () => subscription(`SELECT * FROM beat WHERE ${'('.repeat(1_000)}`)],
  ['a query text over the limit', 'closed 4000 WIRE_LIMIT', () => subscription('x'.repeat(4_097))],
  ['no query at all', 'set 1 EMPTY_SUBSCRIPTION', () => subscription()],
  ['the same query set twice', 'set 1 DUPLICATE_QUERY_SET', sameQuerySetTwice],
  ['the end of a query set that is not there', 'set 8 UNKNOWN_QUERY_SET', unknownQuerySet],
  ['seventy subscriptions', 'set 65 TOO_MANY_SUBSCRIPTIONS', seventySubscriptions],
  ['thirty queries at once', 'query 17 TOO_MANY_QUERIES', thirtyQueries],
  ['a flood of calls', 'closed 4100 TOO_MANY_RESULTS', callFlood],
  ['a flood of subscriptions', 'closed 4007 RATE_LIMITED', subscriptionFlood],
  ['a flood of empty messages', 'closed 4007 RATE_LIMITED', messageFlood],
  ['a flood of pings', 'closed 4007 RATE_LIMITED', pingFlood],
];

const GOOD = { isTrue: [1], mood: [1], text: [2, 104, 105], list: [1, 5, 0], maybe: [0] };

const ARGUMENTS: readonly Attack[] = [
  ['arguments as they should be', 'call 1 committed', () => describeWith({})],
  ['no arguments', 'call 1 BAD_ARGUMENTS', () => callWith('describe', [])],
  ['arguments that end early', 'call 1 BAD_ARGUMENTS', () => describeWith({ maybe: [1, 7, 7] })],
  ['bytes behind the arguments', 'call 1 BAD_ARGUMENTS', () => describeWith({ maybe: [0, 0] })],
  ['a truth value of 2', 'call 1 BAD_ARGUMENTS', () => describeWith({ isTrue: [2] })],
  ['a variant that the enum has not', 'call 1 BAD_ARGUMENTS', () => describeWith({ mood: [2] })],
  ['an option that is neither', 'call 1 BAD_ARGUMENTS', () => describeWith({ maybe: [2] })],
  ['text that is not UTF-8', 'call 1 BAD_ARGUMENTS', () => describeWith({ text: [2, 0xc3, 0x28] })],
  ['a lone surrogate', 'call 1 BAD_ARGUMENTS', () => describeWith({ text: [3, 0xed, 0xa0, 0x80] })],
  [
    'a list that claims to have 2^40 items',
    'call 1 BAD_ARGUMENTS',
    () => describeWith({ list: [128, 128, 128, 128, 128, 32] }),
  ],
  ['a count that is written too long', 'call 1 BAD_ARGUMENTS', () => describeWith({ text: [0x82, 0, 104, 105] })],
  ['a NaN coordinate', 'call 1 BAD_ARGUMENTS', () => callWith('put', floats(NaN, 1))],
  ['an infinite coordinate', 'call 1 BAD_ARGUMENTS', () => callWith('put', floats(3, -Infinity))],
  ['a coordinate that the module makes NaN', 'call 1 INTERNAL_ERROR', () => callWith('divide', floats(0, 0))],
  ['a coordinate that the module makes infinite', 'call 1 INTERNAL_ERROR', () => callWith('divide', floats(3, 0))],
  [
    'the largest coordinate there is',
    /^call 1 (committed|INTERNAL_ERROR)$/,
    () => callWith('put', floats(3.4e38, -3.4e38)),
  ],
];

const MODULE_MISDEEDS: readonly Attack[] = [
  ...['null', 'text', 'symbol', 'bare object', 'toString', 'message', 'stack', 'proxy', 'promise', 'odd thenable'].map(
    (how): Attack => [
      `a reducer that ends badly: ${how}`,
      'call 1 INTERNAL_ERROR',
      () => callWith('misbehave', text(how)),
    ],
  ),
  ...['sender error without text', 'sender error that throws'].map((how): Attack => [
    `a reducer that ends badly: ${how}`,
    'call 1 SENDER_ERROR',
    () => callWith('misbehave', text(how)),
  ]),
  ['a reducer that calls itself for ever', 'call 1 INTERNAL_ERROR', () => callWith('recurse', [])],
  ['a sequence that is used up', 'call 1 INTERNAL_ERROR', () => callWith('exhaust', [])],
];

const close = (payload: readonly number[]): (() => Promise<string>) =>
  frames((raw) => raw.frame(8, Uint8Array.from(payload)));
const NOTHING = new Uint8Array(0);

/** What the transport itself refuses; it ends the connection, with a close frame where it has read a whole one. */
const FRAMES: readonly Attack[] = [
  ['a reserved opcode', 'ended', frames((raw) => raw.frame(3, NOTHING))],
  ['a reserved bit', 'ended', frames((raw) => raw.frame(2, NOTHING, { reserved: 4 }))],
  ['a ping in parts', 'ended', frames((raw) => raw.frame(9, NOTHING, { isFinal: false }))],
  ['a ping of 126 bytes', 'ended', frames((raw) => raw.frame(9, new Uint8Array(126)))],
  ['a continuation of nothing', 'ended', frames((raw) => raw.frame(0, NOTHING))],
  ['a frame that claims 2^63 bytes', 'ended', frames((raw) => raw.frame(2, NOTHING, { length: 1n << 63n }))],
  ['a frame that claims 2^40 bytes', 'ended', frames((raw) => raw.frame(2, NOTHING, { length: 1n << 40n }))],
  ['a message in parts', /^closed 4000 /, frames(fragments)],
  ['a hello of one-byte parts that stands', /^closed 4000 HELLO_TWICE/, frames(byteFragments)],
  ['a close with half a code', /./, close([3])],
  ['a close with the code 999', /./, close([0x03, 0xe7])],
  ['a close with the code 1005', /./, close([0x03, 0xed])],
  ['a close with the code 5000', /./, close([0x13, 0x88])],
  ['a close with a reason that is not UTF-8', /./, close([0x03, 0xe8, 0xff, 0xfe])],
];

const HTTP: readonly Attack[] = [
  ['a path that climbs', '404', () => get('/../../package.json')],
  ['a path that climbs, encoded', '404', () => get('/..%2f..%2fpackage.json')],
  ['a path that climbs, encoded twice', '404', () => get('/..%252f..%252fpackage.json')],
  ['a path that climbs by backslashes', '404', () => get('/..\\..\\package.json')],
  ['the data folder by a path that climbs back', '404', () => get('/data/%2e%2e/../data')],
  ['a NUL in a path', '404', () => get('/index.html%00.png')],
  ['a path with half an escape', '404', () => get('/%')],
  ['an absolute address', '505', () => get('http://other.example/index.html')],
  ['a path with two slashes', '404', () => get('//etc/passwd')],
  ['another database', '404', () => get('/v1/database/other/subscribe')],
  ['the socket’s address without a socket', '426', () => get(`/v1/database/${DATABASE}/subscribe`)],
  ['POST to health', '404', () => request('POST /v1/health HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}')],
  ['a method that nobody knows', /^(404|405|400|ended)$/, () => request('BREW / HTTP/1.1\r\nHost: a\r\n\r\n')],
  ['no HTTP at all', /^(400|505|ended)$/, () => request('\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n')],
  ['a length and chunks in one request', /^(400|ended)$/, smuggled],
  [
    'headers of a megabyte',
    /^(431|ended)$/,
    () => request(`GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(MEBIBYTE)}\r\n\r\n`),
  ],
];

const SLOW_ATTACKS: readonly Attack[] = [
  ['silence after the open', 'closed 4106 HELLO_TIMEOUT', () => attacker().until(/^closed/)],
  ['half an HTTP request', 'ended', () => request('GET /index.html HTTP/1.1\r\nHos')],
  // The transport takes the first four bytes for a mask, and waits for as many more.
  [
    'a frame without a mask',
    'closed 4106 HELLO_TIMEOUT',
    frames((raw) => raw.frame(2, Uint8Array.of(1, 2, 3), { isMasked: false })),
  ],
  [
    'half of the first frame',
    /^closed 4106 HELLO_TIMEOUT$|^ended$/,
    frames((raw) => raw.write(Uint8Array.of(0x82, 0xfe))),
  ],
  ['a reader that stops reading while it is sent everything', 'closed 4100 SLOW_CLIENT', slowReader],
];

describe.each([
  ['messages', MESSAGES],
  ['handshakes', HANDSHAKES],
  ['items', ITEMS],
  ['arguments', ARGUMENTS],
  ['what a module does wrong', MODULE_MISDEEDS],
  ['frames', FRAMES],
  ['HTTP', HTTP],
])('%s', (_kind, attacks) => {
  test.each(attacks)('%s ends as it should, and the others notice nothing', async (_title, outcome, run) => {
    await holds(outcome, run());
  });
});

describe('what takes its time', () => {
  test.each(SLOW_ATTACKS)('%s ends as it should, and the others notice nothing', async (title, outcome) => {
    await holds(outcome, slow.get(title)!);
  });
});

test('after all this the server has kept its size, its clients and its composure', async () => {
  expect(server.err).toBe('');
  expect(server.out).not.toMatch(/a fault was kept from the tick|nobody may read this/);
  const health = (await (await fetch(`${address}/v1/health`)).json()) as { status: string; clients: number };
  expect(health).toMatchObject({ status: 'ok', clients: 1 });
  expect((rssBytes() - rssAtStart) / MEBIBYTE).toBeLessThan(200);
  server.signal('SIGTERM');
  expect(await server.exit).toBe(0);
});

async function holds(outcome: string | RegExp, attack: Promise<string>): Promise<void> {
  const came = await attack;
  if (typeof outcome === 'string') expect(came).toBe(outcome);
  else expect(came).toMatch(outcome);
  await witness.goesOn(TICKS_AFTER);
  expect(witness.complaints).toEqual([]);
}

function attacker(database = DATABASE, subprotocol?: string): Attacker {
  return new Attacker(address, database, subprotocol);
}

/** What the server says next to a client that has said hello and then does this. */
async function afterHello(run: (attacker: Attacker) => void): Promise<string> {
  const client = attacker();
  expect(await client.greet()).toBe('welcome');
  run(client);
  const came = await client.next();
  client.drop();
  return came;
}

async function outcomeOfBytes(bytes: Uint8Array, saysHello: boolean): Promise<string> {
  const client = attacker();
  if (saysHello) await client.greet();
  else await client.next();
  client.socket.send(bytes);
  const came = await client.next();
  client.drop();
  return came;
}

/** The first outcome that is not of this shape, or the last one. */
async function oddOne(shape: RegExp, outcomes: readonly Promise<string>[]): Promise<string> {
  const came = await Promise.all(outcomes);
  expect(came.length).toBeGreaterThan(0);
  return came.find((outcome) => !shape.test(outcome)) ?? came.at(-1)!;
}

function randomMessages(): Promise<string> {
  const random = new Prng(7_301);
  const outcomes: Promise<string>[] = [];
  for (let i = 0; i < 200; i++) {
    const bytes = new Uint8Array(random.int(1, 400)).map(() => random.int(0, 255));
    outcomes.push(outcomeOfBytes(bytes, i % 2 === 0));
  }
  return oddOne(MALFORMED, outcomes);
}

async function truncations(): Promise<string> {
  const client = attacker();
  await client.greet();
  const hello = client.bytesOf([client.helloItem({ token: 'abc' })]);
  const calls = client.bytesOf([
    client.callItem(1, Uint8Array.of(5, 6, 7)),
    { kind: 'query', requestId: 3, query: 'xyz' },
  ]);
  client.drop();
  const outcomes: Promise<string>[] = [];
  // The last seven bytes may be padding.
  for (let length = 0; length < hello.length - 7; length++)
    outcomes.push(outcomeOfBytes(hello.slice(0, length), false));
  for (let length = 0; length < calls.length - 7; length++) outcomes.push(outcomeOfBytes(calls.slice(0, length), true));
  return oddOne(MALFORMED, outcomes);
}

async function hugeCounts(): Promise<string> {
  const outcomes: Promise<string>[] = [];
  for (let at = 0; at < 56; at += 4) {
    for (const count of [100_000_000, 0x7fff_ffff, 0xffff_ffff]) {
      const client = attacker();
      outcomes.push(
        client.greet().then(async () => {
          const bytes = client.bytesOf([client.callItem(9_999)]);
          new DataView(bytes.buffer).setUint32(at, count, true);
          client.socket.send(bytes);
          const came = await client.next();
          client.drop();
          return came;
        }),
      );
    }
  }
  const came = await Promise.all(outcomes);
  expect(came.filter((outcome) => MALFORMED.test(outcome)).length).toBeGreaterThan(came.length / 2);
  return oddOne(/^(closed 4000 [A-Z_]+|call 1 UNKNOWN_REDUCER)$/, outcomes);
}

function sendCalls(client: Attacker, messageCount: number, callCount: number): void {
  for (let i = 0; i < messageCount; i++) {
    client.items(...Array.from({ length: callCount }, () => client.callItem(9_999)));
  }
}

function skipCall(client: Attacker): void {
  client.callItem(9_999);
  client.items(client.callItem(9_999));
}

async function callBeforeHello(): Promise<string> {
  const client = attacker();
  await client.next();
  client.items(client.callItem(1));
  return client.next();
}

async function forgedToken(): Promise<string> {
  const client = attacker();
  await client.greet();
  const { token } = client.welcome!;
  client.drop();
  const last = token.at(-3) === 'a' ? 'b' : 'a';
  return attacker().greet({ token: token.slice(0, -3) + last + token.slice(-2) });
}

interface ResumePart {
  readonly epoch: string;
  readonly connectionId: bigint;
  readonly resumeToken: string;
}

/** Comes back as a dropped client, with some part of the resume changed. */
async function resume(change: Partial<ResumePart>): Promise<string> {
  const client = attacker();
  await client.greet();
  client.drop();
  const { epoch, connectionId, resumeToken, token } = client.welcome!;
  const again = attacker();
  const came = await again.greet({ token, resume: { epoch, connectionId, resumeToken, lastTick: 1, ...change } });
  again.drop();
  return came;
}

async function resumeOfAnother(): Promise<string> {
  const victim = attacker();
  await victim.greet();
  const came = await resume({ connectionId: victim.welcome!.connectionId });
  expect(victim.closeCode).toBe(-1);
  victim.drop();
  return came;
}

async function replayedResume(): Promise<string> {
  const first = attacker();
  await first.greet();
  const { epoch, connectionId, resumeToken, token } = first.welcome!;
  const old = { token, resume: { epoch, connectionId, resumeToken, lastTick: 1 } };
  first.drop();
  const second = attacker();
  const cameFirst = await second.greet(old);
  second.subscribe(1, 'SELECT * FROM nothing'); // its receipt says that the next secret has come
  await second.next();
  const third = attacker();
  const came = await third.greet(old);
  expect(second.closeCode).toBe(-1);
  second.drop();
  third.drop();
  return `${cameFirst}, then ${came}`;
}

async function manyConnections(): Promise<string> {
  const clients = Array.from({ length: 200 }, () => attacker());
  const greeted = clients.filter((_client, i) => i % 2 === 0);
  await Promise.all(greeted.map((client) => client.greet()));
  for (const client of clients) client.drop();
  const ends = await Promise.all(clients.map((client) => client.until(/^closed/)));
  return `${ends.length} gone`;
}

async function serverReducers(): Promise<string> {
  const client = attacker();
  await client.greet();
  const known = new Set(client.welcome!.schema!.reducers.map(({ id }) => id));
  client.items(...Array.from({ length: 40 }, (_none, id) => client.callItem(known.has(id) ? 9_999 : id)));
  const codes: string[] = [];
  for (let i = 0; i < 40; i++) codes.push((await client.next()).split(' ')[2]!);
  client.drop();
  // init, clientConnected, clientDisconnected and the alarm's.
  expect(codes.filter((code) => code === 'REDUCER_NOT_CALLABLE').length).toBe(4);
  return codes.find((code) => code !== 'UNKNOWN_REDUCER') ?? 'none';
}

function subscription(...queries: string[]): Promise<string> {
  return afterHello((client) => client.subscribe(1, ...queries));
}

function oneOffQuery(query: string): Promise<string> {
  return afterHello((client) => client.items({ kind: 'query', requestId: 4, query }));
}

async function sameQuerySetTwice(): Promise<string> {
  const client = attacker();
  await client.greet();
  client.subscribe(1, 'SELECT * FROM few');
  await client.until(/^set 1 applied/);
  client.subscribe(1, 'SELECT * FROM few');
  const came = await client.next();
  client.drop();
  return came;
}

function unknownQuerySet(): Promise<string> {
  return afterHello((client) => client.items({ kind: 'unsubscribe', querySetId: 8 }));
}

async function seventySubscriptions(): Promise<string> {
  const client = attacker();
  await client.greet();
  for (let id = 1; id <= 70; id++) client.subscribe(id, `SELECT * FROM few WHERE id = ${id}`);
  const came = await client.until(/TOO_MANY/);
  await client.until(/^set 64 applied/);
  client.drop();
  return came;
}

async function thirtyQueries(): Promise<string> {
  const client = attacker();
  await client.greet();
  client.items(
    ...Array.from({ length: 30 }, (_none, i): ClientItem => ({
      kind: 'query',
      requestId: i + 1,
      query: 'SELECT * FROM few',
    })),
  );
  const came = await client.until(/TOO_MANY/);
  await client.until(/^query 16 0 rows|^query 16 \d+ rows/);
  client.drop();
  return came;
}

async function callFlood(): Promise<string> {
  const client = attacker();
  await client.greet();
  sendCalls(client, 40, 100);
  return client.until(/^closed/);
}

async function subscriptionFlood(): Promise<string> {
  const client = attacker();
  await client.greet();
  for (let id = 1; id <= 2_000; id += 100) {
    const item = (_none: unknown, i: number): ClientItem => ({
      kind: 'subscribe',
      querySetId: id + i,
      queries: ['SELECT * FROM few'],
    });
    client.items(...Array.from({ length: 100 }, item));
  }
  return client.until(/^closed/);
}

async function messageFlood(): Promise<string> {
  const client = attacker();
  await client.greet();
  const receipt = client.bytesOf([]);
  for (let i = 0; i < 5_000; i++) client.socket.send(receipt);
  return client.until(/^closed/);
}

async function pingFlood(): Promise<string> {
  const client = attacker();
  await client.greet();
  for (let i = 0; i < 500; i++) client.socket.ping();
  return client.until(/^closed/);
}

function callWith(reducer: string, args: readonly number[]): Promise<string> {
  return afterHello((client) => client.call(reducer, Uint8Array.from(args)));
}

function describeWith(change: Partial<Record<keyof typeof GOOD, readonly number[]>>): Promise<string> {
  return callWith('describe', Object.values({ ...GOOD, ...change }).flat());
}

function floats(...values: number[]): number[] {
  const writer = new ByteWriter();
  for (const value of values) writer.f32(value);
  return [...writer.copy()];
}

function text(value: string): number[] {
  const writer = new ByteWriter();
  writer.string(value);
  return [...writer.copy()];
}

/** A socket whose frames are made by hand. */
function frames(run: (raw: RawSocket) => void): () => Promise<string> {
  return async () => {
    const raw = new RawSocket(port);
    await raw.upgrade(DATABASE);
    run(raw);
    return raw.outcome();
  };
}

function fragments(raw: RawSocket): void {
  raw.frame(2, Uint8Array.of(1, 2, 3), { isFinal: false });
  raw.frame(9, NOTHING);
  for (let i = 0; i < 1_000; i++) raw.frame(0, NOTHING, { isFinal: false });
  raw.frame(0, Uint8Array.of(4, 5));
}

/** Two whole hellos, so that the second one is refused. */
function byteFragments(raw: RawSocket): void {
  const maker = attacker();
  const hello = maker.bytesOf([maker.helloItem()]);
  maker.drop();
  for (let time = 0; time < 2; time++) {
    hello.forEach((byte, i) => raw.frame(i === 0 ? 2 : 0, Uint8Array.of(byte), { isFinal: i === hello.length - 1 }));
  }
}

async function request(head: string): Promise<string> {
  const raw = new RawSocket(port);
  raw.write(head);
  const status = await raw.status();
  raw.tcp.destroy();
  return status;
}

function get(path: string): Promise<string> {
  return request(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
}

function smuggled(): Promise<string> {
  return request('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n');
}

/** Subscribes to everything, stops reading, and lets another client change long rows, until the server has enough. */
async function slowReader(): Promise<string> {
  const raw = new RawSocket(port);
  await raw.upgrade(DATABASE);
  const loader = attacker();
  await loader.greet();
  raw.frame(2, loader.bytesOf([loader.helloItem()]));
  const queries = ['SELECT * FROM beat', 'SELECT * FROM mover', 'SELECT * FROM ballast'];
  raw.frame(2, loader.bytesOf([{ kind: 'subscribe', querySetId: 1, queries }]));
  await raw.until('hostile');
  raw.tcp.pause();
  for (let i = 0; i < 60; i++) {
    loader.call('load', Uint8Array.of(0, 4)); // 1024 kilobytes
    await loader.until(/^call \d+ committed/);
  }
  await new Promise((resolve) => setTimeout(resolve, LAG_MS_HARD + 1_000));
  loader.drop();
  raw.tcp.resume();
  return raw.outcome();
}

/** The gateway's own limit. */
const LAG_MS_HARD = 15_000;

function rssBytes(): number {
  const status = readFileSync(`/proc/${server.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)![1]) * 1024;
}
