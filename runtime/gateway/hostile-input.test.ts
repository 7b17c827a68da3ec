import { Prng } from '@tickbase/base';
import { newHello, type ClientItem } from '@tickbase/protocol';
import { describe, expect, test } from 'vitest';
import { GatewayStage, clientBytes, type StageClient } from './testing/gateway-stage.ts';
import { GREET, LIST, MOVE, POKE, SAY, WAKE } from './testing/stage-plan.ts';

const HELLO: ClientItem = newHello();

function call(sequence: number, reducerId: number, ...args: number[]): ClientItem {
  return { kind: 'call', sequence, reducerId, args: Uint8Array.from(args) };
}

function floats(...values: number[]): number[] {
  return [...new Uint8Array(new Float32Array(values).buffer)];
}

/** Runs an attack beside an honest client, which must notice nothing. */
function attack(run: (stage: GatewayStage, attacker: StageClient) => void, stage = new GatewayStage()): StageClient {
  const honest = stage.join();
  stage.viewerOf(honest);
  const attacker = stage.connect('198.51.100.66');
  run(stage, attacker);
  stage.change(honest, 17);
  honest.call(1, POKE, 5);
  stage.runTick();
  const sections = honest.read();
  expect(sections.flatMap((section) => section.unwatches)).toContain(17);
  expect(sections.flatMap((section) => section.results)).toMatchObject([{ sequence: 1, status: 'committed' }]);
  expect(honest.peer.isClosed).toBe(false);
  expect(stage.faults).toEqual([]);
  return attacker;
}

function joined(
  run: (stage: GatewayStage, attacker: StageClient) => void,
): (stage: GatewayStage, attacker: StageClient) => void {
  return (stage, attacker) => {
    attacker.hello();
    stage.runTick();
    attacker.read();
    run(stage, attacker);
  };
}

describe('malformed messages close the link with a code that says what was wrong', () => {
  const whole = clientBytes(0, [HELLO, call(1, POKE, 7)]);

  test.each([
    ['nothing at all', new Uint8Array(0)],
    ['three bytes', Uint8Array.of(1, 2, 3)],
    ['64 KB of 0xff', new Uint8Array(64 * 1024).fill(0xff)],
    ['64 KB of zeros', new Uint8Array(64 * 1024)],
    ['a message without its end', whole.subarray(0, whole.length - 9)],
    ['bytes behind the message', Uint8Array.from([...whole, 1, 2, 3, 4, 5, 6, 7, 8])],
  ])('%s', (_what, bytes) => {
    const early = attack((_stage, attacker) => attacker.peer.send(bytes));
    const late = attack(joined((_stage, attacker) => attacker.peer.send(bytes)));
    for (const { peer } of [early, late]) {
      expect(peer.closeCode).toBe(4000);
      expect(peer.closeReason).toMatch(/^(WIRE_[A-Z_0-9]+|HELLO_EXPECTED): /);
    }
  });

  test('a length of 100 million in a small message costs nothing', () => {
    for (let at = 0; at + 4 <= whole.length; at += 4) {
      for (const length of [100_000_000, 0xffff_ffff, 0x7fff_ffff]) {
        const bytes = whole.slice();
        new DataView(bytes.buffer).setUint32(at, length, true);
        attack((_stage, attacker) => attacker.peer.send(bytes));
      }
    }
  });

  test('every truncation and two thousand random messages', () => {
    const random = new Prng(20_261);
    // The last seven bytes may be padding.
    for (let length = 0; length <= whole.length - 8; length++) {
      expect(attack((_stage, attacker) => attacker.peer.send(whole.slice(0, length))).peer.isClosed).toBe(true);
    }
    const stage = new GatewayStage({ limits: { connectionsPerAddressMax: 10_000 } });
    for (let i = 0; i < 2_000; i++) {
      const attacker = stage.connect();
      if (random.int(0, 1) === 1) attacker.hello();
      attacker.peer.send(new Uint8Array(random.int(0, 300)).map(() => random.int(0, 255)));
    }
    stage.runTick();
    expect(stage.faults).toEqual([]);
  });

  test.each<[string, (attacker: StageClient, stage: GatewayStage) => void, number, string]>([
    ['a text message', (a) => a.peer.send(Buffer.from('hello'), false), 4000, 'TEXT_MESSAGE: messages are binary'],
    [
      'a message over the limit',
      (a) => a.peer.send(new Uint8Array(65_537)),
      4007,
      'MESSAGE_TOO_LONG: 65537 bytes, 65536 at most (messageBytesMax)',
    ],
    [
      'a call before the hello',
      (a) => a.send(call(1, POKE, 7)),
      4000,
      'HELLO_EXPECTED: a connection begins with a hello',
    ],
    ['a receipt before the hello', (a) => a.send(), 4000, 'HELLO_EXPECTED: a connection begins with a hello'],
    [
      'a second hello',
      (a) => {
        a.hello();
        a.hello();
      },
      4000,
      'HELLO_TWICE: a connection has one hello',
    ],
    [
      'another protocol',
      (a) => a.hello({ protocolVersion: 77 }),
      4001,
      'UNSUPPORTED_VERSION: this server speaks protocol 1, the client 77',
    ],
    ['a token of another server', (a) => a.hello({ token: 'abc' }), 4002, 'TOKEN_SIGNATURE: of nobody'],
    [
      'an endless token',
      (a) => a.hello({ token: 'x'.repeat(8_000) }),
      4002,
      'TOKEN_MALFORMED: the token has 8000 characters, 7680 at most (tokenBytesMax)',
    ],
    [
      'a call that skips a number',
      (a) => {
        a.hello();
        a.send(call(2, POKE, 7));
      },
      4000,
      'BAD_CALL_SEQUENCE: call 2 came after call 0',
    ],
  ])('%s', (_what, run, code, reason) => {
    const { peer } = attack((stage, attacker) => run(attacker, stage));
    expect(peer).toMatchObject({ closeCode: code, closeReason: reason });
  });
});

describe('a well-formed call that may not run is refused, and the link stands', () => {
  test.each<[string, ClientItem, string, RegExp]>([
    ['an unknown reducer', call(1, 4_000_000, 7), 'UNKNOWN_REDUCER', /no reducer with the id 4000000/],
    ['a scheduled reducer', call(1, WAKE, 7), 'REDUCER_NOT_CALLABLE', /wake/],
    ['a lifecycle hook', call(1, GREET), 'REDUCER_NOT_CALLABLE', /greet/],
    ['too few bytes', call(1, MOVE, 1, 2, 3), 'BAD_ARGUMENTS', /^move: /],
    ['too many bytes', call(1, POKE, 1, 2), 'BAD_ARGUMENTS', /1 bytes follow/],
    ['NaN as a coordinate', call(1, MOVE, ...floats(Number.NaN, 1)), 'BAD_ARGUMENTS', /VALUE_NOT_FINITE/],
    ['infinity as a coordinate', call(1, MOVE, ...floats(1, -Infinity)), 'BAD_ARGUMENTS', /VALUE_NOT_FINITE/],
    ['a string that is no UTF-8', call(1, SAY, 2, 0xc3, 0x28), 'BAD_ARGUMENTS', /UTF-8/],
    ['a string longer than the message', call(1, SAY, 0xff, 0xff, 0x03, 65), 'BAD_ARGUMENTS', /^say: /],
    ['an array of a million', call(1, LIST, 0xc0, 0x84, 0x3d), 'BAD_ARGUMENTS', /VALUE_LIMIT/],
    ['an option with the tag 7', call(1, LIST, 1, 7), 'BAD_ARGUMENTS', /WIRE_TAG/],
    ['a boolean of 2', call(1, LIST, 1, 1, 2), 'BAD_ARGUMENTS', /WIRE_TAG/],
  ])('%s', (_what, item, code, message) => {
    const attacker = attack(joined((_stage, client) => client.send(item)));
    const [result] = attacker.read().flatMap((section) => section.results);
    expect(result).toMatchObject({ sequence: 1, status: 'refused', code });
    expect(result!.message).toMatch(message);
    expect(attacker.peer.isClosed).toBe(false);
  });
});

describe('queries that cannot be are refused, each alone', () => {
  test.each([
    ['an unknown table', 'SELECT * FROM nowhere'],
    ['a private table', 'SELECT * FROM purse'],
    ['an unknown column', 'SELECT * FROM body WHERE colour = 3'],
    ['no SQL', 'DROP TABLE body; --'],
    ['deep brackets', `SELECT * FROM body WHERE ${'('.repeat(600)}id = 1${')'.repeat(600)}`],
    ['nothing', ''],
  ])('%s', (_what, text) => {
    const attacker = attack(
      joined((_stage, client) =>
        client.send(
          { kind: 'subscribe', querySetId: 11, queries: ['SELECT * FROM body'] },
          { kind: 'subscribe', querySetId: 12, queries: ['SELECT * FROM body', text] },
          { kind: 'query', requestId: 13, query: text },
          { kind: 'query', requestId: 14, query: 'SELECT * FROM body' },
        ),
      ),
    );
    const sections = attacker.read();
    expect(sections.flatMap((section) => section.applied)).toEqual([11]);
    const [error] = sections.flatMap((section) => section.subscriptionErrors);
    expect(error).toMatchObject({ querySetId: 12, code: expect.stringMatching(/^(SQL|QUERY)_/) });
    const answers = sections.flatMap((section) => section.queryAnswers);
    expect(answers.map((answer) => [answer.requestId, answer.code, answer.rows.length]).sort()).toEqual([
      [13, error!.code, 0],
      [14, '', 2],
    ]);
    expect(attacker.peer.isClosed).toBe(false);
  });

  test('a private table is refused in the same words as one that is not there', () => {
    const attacker = attack(
      joined((_stage, client) => {
        client.send(
          { kind: 'query', requestId: 13, query: 'SELECT * FROM purse' },
          { kind: 'query', requestId: 14, query: 'SELECT * FROM chest' },
        );
      }),
    );
    const answers = attacker.read().flatMap((section) => section.queryAnswers);
    expect(answers.map(({ code, message }) => [code, message.split(';')[0]])).toEqual([
      ['SQL_TABLE_UNKNOWN', 'there is no public table purse (query, character 15: purse)'],
      ['SQL_TABLE_UNKNOWN', 'there is no public table chest (query, character 15: chest)'],
    ]);
  });

  test('a mistake in a query is told with its place in the text', () => {
    const attacker = attack(
      joined((_stage, client) => {
        client.send({ kind: 'subscribe', querySetId: 11, queries: ['SELECT * FROM body', 'SELECT x FROM body'] });
      }),
    );
    expect(attacker.read().flatMap((section) => section.subscriptionErrors)).toMatchObject([
      { code: 'SQL_SYNTAX', message: expect.stringContaining('(query, character 8: x FROM body)') as string },
    ]);
  });

  test('what the diff builder refuses is told with its code, and the query set is free again', () => {
    const attacker = attack(
      joined((stage, client) => {
        client.send({ kind: 'subscribe', querySetId: 11, queries: ['SELECT * FROM crowded'] });
        client.send({ kind: 'query', requestId: 13, query: 'SELECT * FROM crowded' });
        stage.runTick();
        client.send({ kind: 'subscribe', querySetId: 11, queries: ['SELECT * FROM body'] });
      }),
    );
    const sections = attacker.read();
    expect(sections.flatMap((section) => section.subscriptionErrors)).toMatchObject([
      { querySetId: 11, code: 'TOO_MANY_PREDICATES' },
    ]);
    expect(sections.flatMap((section) => section.queryAnswers)).toMatchObject([
      { requestId: 13, code: 'TOO_MANY_ROWS' },
    ]);
    expect(sections.flatMap((section) => section.applied)).toEqual([11]);
  });

  test('one number twice, an unknown number, an empty set', () => {
    const attacker = attack(
      joined((_stage, client) =>
        client.send(
          { kind: 'subscribe', querySetId: 11, queries: ['SELECT * FROM body'] },
          { kind: 'subscribe', querySetId: 11, queries: ['SELECT * FROM body'] },
          { kind: 'unsubscribe', querySetId: 12 },
          { kind: 'subscribe', querySetId: 13, queries: [] },
        ),
      ),
    );
    const errors = attacker.read().flatMap((section) => section.subscriptionErrors);
    expect(errors.map((error) => [error.querySetId, error.code])).toEqual([
      [11, 'DUPLICATE_QUERY_SET'],
      [12, 'UNKNOWN_QUERY_SET'],
      [13, 'EMPTY_SUBSCRIPTION'],
    ]);
  });

  test('more subscriptions than a client may have', () => {
    const stage = new GatewayStage({ limits: { subscriptionsMax: 3, queriesMax: 5 } });
    const attacker = attack(
      joined((_stage, client) => {
        const queries = ['SELECT * FROM body', 'SELECT * FROM body'];
        for (let id = 1; id <= 3; id++) client.send({ kind: 'subscribe', querySetId: id, queries });
        for (let id = 4; id <= 6; id++) client.send({ kind: 'subscribe', querySetId: id, queries: queries.slice(1) });
      }),
      stage,
    );
    const errors = attacker.read().flatMap((section) => section.subscriptionErrors);
    expect(errors.map((error) => [error.querySetId, error.code])).toEqual([
      [3, 'TOO_MANY_SUBSCRIPTIONS'],
      [5, 'TOO_MANY_SUBSCRIPTIONS'],
      [6, 'TOO_MANY_SUBSCRIPTIONS'],
    ]);
    expect(errors[0]!.message).toMatch(/queriesMax/);
    expect(errors[1]!.message).toMatch(/subscriptionsMax/);
  });
});

describe('floods', () => {
  test('more calls than may wait are refused in their order, and none runs twice', () => {
    const stage = new GatewayStage({ limits: { callsWaitingMax: 10 } });
    const attacker = attack(
      joined((_stage, client) => client.send(...Array.from({ length: 14 }, (_, i) => call(i + 1, POKE, i)))),
      stage,
    );
    const codes = attacker
      .read()
      .flatMap((section) => section.results.map((result) => `${result.sequence}${result.code}`));
    expect(codes.slice(8, 12)).toEqual(['9', '10', '11TOO_MANY_CALLS', '12TOO_MANY_CALLS']);
    expect(codes).toHaveLength(14);
  });

  test('calls above the rate are refused by name, and the flood is closed', () => {
    const stage = new GatewayStage({ limits: { callsPerSecond: 10, callsBurst: 20, callsWaitingMax: 1_000 } });
    const attacker = attack(
      joined((_stage, client) => {
        for (let i = 0; i < 81; i++) client.send(call(i + 1, POKE, i));
      }),
      stage,
    );
    expect(attacker.peer).toMatchObject({
      closeCode: 4007,
      closeReason: 'RATE_LIMITED: more than 4 times 10 a second (callsPerSecond)',
    });
    expect(stage.gateway.metrics.refusals.get('RATE_LIMITED')).toBe(61);
  });

  test('a second later the refused client may call again', () => {
    const stage = new GatewayStage({ limits: { callsPerSecond: 10, callsBurst: 20 } });
    const attacker = attack(
      joined((_stage, client) => {
        client.send(...Array.from({ length: 25 }, (_, i) => call(i + 1, POKE, i)));
        stage.pass(1_000);
        client.send(call(26, POKE, 3));
      }),
      stage,
    );
    const results = attacker.read().flatMap((section) => section.results);
    expect(results.filter((result) => result.code === 'RATE_LIMITED').map((result) => result.sequence)).toEqual([
      21, 22, 23, 24, 25,
    ]);
    expect(results.at(-1)).toMatchObject({ sequence: 26, status: 'committed' });
  });

  test.each([
    ['messages', { messagesPerSecond: 5, messagesBurst: 10 }, 41, 'messagesPerSecond'],
    ['bytes', { bytesPerSecond: 5_000, bytesBurst: 10_000 }, 4, 'bytesPerSecond'],
  ])('too many %s are closed with the name of the limit', (_what, limits, count, name) => {
    const stage = new GatewayStage({ limits: { ...limits, connectionsPerAddressMax: 9 } });
    const long = 'x'.repeat(12_000);
    const attacker = attack(
      joined((_stage, client) => {
        for (let i = 0; i < count; i++) {
          if (name === 'messagesPerSecond') client.send();
          else client.send({ kind: 'call', sequence: i + 1, reducerId: SAY, args: Buffer.from(long) });
        }
      }),
      stage,
    );
    expect(attacker.peer.closeCode).toBe(4007);
    expect(attacker.closeReason).toContain(name);
  });

  test('the items of a message over a rate are refused, each with its name', () => {
    const stage = new GatewayStage({ limits: { messagesPerSecond: 1, messagesBurst: 2 } });
    const attacker = attack(
      joined((_stage, client) => {
        client.send();
        client.send();
        client.send(
          call(1, POKE, 7),
          { kind: 'subscribe', querySetId: 11, queries: ['SELECT * FROM body'] },
          { kind: 'query', requestId: 13, query: 'SELECT * FROM body' },
        );
      }),
      stage,
    );
    const [section] = attacker.read();
    const told = [section!.results[0], section!.subscriptionErrors[0], section!.queryAnswers[0]];
    for (const refusal of told)
      expect(refusal).toMatchObject({ code: 'RATE_LIMITED', message: 'more than 1 a second (messagesPerSecond)' });
  });

  test('one-off queries that wait are bounded', () => {
    const stage = new GatewayStage({ limits: { queriesWaitingMax: 2 } });
    const attacker = attack(
      joined((_stage, client) => {
        for (let i = 1; i <= 4; i++) client.send({ kind: 'query', requestId: i, query: 'SELECT * FROM body' });
      }),
      stage,
    );
    const answers = attacker.read().flatMap((section) => section.queryAnswers);
    expect(answers.filter((answer) => answer.code === 'TOO_MANY_QUERIES').map((answer) => answer.requestId)).toEqual([
      3, 4,
    ]);
  });

  test('a client that confirms nothing while it calls is closed before its results grow', () => {
    const stage = new GatewayStage({ limits: { resultsKeptMax: 30, callsPerSecond: 10_000, callsBurst: 10_000 } });
    const attacker = attack(
      joined((_stage, client) => {
        client.lastTick = 0;
        for (let i = 1; i <= 40; i++) {
          client.send(call(i, POKE, 5));
          stage.runTick();
        }
      }),
      stage,
    );
    expect(attacker.peer).toMatchObject({
      closeCode: 4100,
      closeReason: 'TOO_MANY_RESULTS: 30 results wait for a receipt (resultsKeptMax)',
    });
  });

  test('answers that nobody confirms are bounded in bytes', () => {
    const stage = new GatewayStage({ limits: { privateBytesMax: 500 } });
    stage.viewers.queryOnce = () => [new Uint8Array(250)];
    const attacker = attack(
      joined((_stage, client) => {
        client.lastTick = 0;
        for (let i = 1; i <= 3; i++) client.send({ kind: 'query', requestId: i, query: 'SELECT * FROM body' });
        stage.runTick();
        client.send({ kind: 'unsubscribe', querySetId: 7 });
        client.send({ kind: 'unsubscribe', querySetId: 8 });
      }),
      stage,
    );
    const answers = attacker.read().flatMap((section) => section.queryAnswers.map((answer) => answer.code));
    expect(answers).toEqual(['', 'ANSWER_TOO_LARGE', 'ANSWER_TOO_LARGE']);
    expect(attacker.peer).toMatchObject({ closeCode: 4100, closeReason: expect.stringMatching(/privateBytesMax/) });
  });

  test('more connections than an address may have are told to come back later', () => {
    const stage = new GatewayStage({ limits: { connectionsPerAddressMax: 2, connectionsMax: 4 } });
    attack((_stage, attacker) => {
      const refused = [stage.connect('198.51.100.66'), stage.connect('198.51.100.66')];
      expect(refused.map((client) => client.peer.closeCode)).toEqual([0, 4104]);
      expect(refused[1]!.closeReason).toBe(
        'TOO_MANY_CONNECTIONS: this address has 2 connections (connectionsPerAddressMax)',
      );
      attacker.peer.cut();
      expect(stage.connect('198.51.100.66').closeReason).toBe('');
    }, stage);
  });
});
