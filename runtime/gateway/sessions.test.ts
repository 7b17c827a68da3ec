import { SECTION_CATCH_UP } from '@tickbase/protocol';
import { expect, test } from 'vitest';
import { GatewayStage } from './testing/gateway-stage.ts';
import { MOVE, POKE } from './testing/stage-plan.ts';
import { CALL_STOPPED, CALL_SUSPENDED } from '../transactions/world.ts';

function results(
  sections: readonly {
    readonly results: readonly { sequence: number; status: string; code: string; tick: number }[];
  }[],
): string[] {
  return sections.flatMap((section) =>
    section.results.map((result) => `${result.sequence} ${result.code || result.status} @${result.tick}`),
  );
}

test('a hello is answered by a welcome in the first section, once clientConnected has run', () => {
  const stage = new GatewayStage();
  const client = stage.connect();
  client.hello();
  expect(client.read()).toEqual([]);
  stage.runTick();
  const [section] = client.read();
  expect(section!.welcome).toMatchObject({
    protocolVersion: 1,
    epoch: '00000000000000a7',
    database: 'pond',
    identity: 1000n,
    token: 'token-1000',
    isResumed: false,
    resumeGraceMs: 10_000,
    tickRate: 20,
  });
  expect(section!.welcome!.schema!.tables.map((table) => table.name)).toEqual(['body', 'crowded']);
  expect(section!.head).toMatchObject({ tick: 41, durableTick: 41, serverTimeUs: 2_050_000n, callsProcessed: 0 });
  stage.runTick();
  expect(client.read()).toEqual([]);
});

test('a client with a token keeps its identity, and one that knows the schema is not sent it again', () => {
  const stage = new GatewayStage();
  const first = stage.join();
  const second = stage.join({ token: first.welcome.token, schemaHash: first.welcome.schemaHash });
  expect(second.welcome.identity).toBe(first.welcome.identity);
  expect(second.welcome.connectionId).not.toBe(first.welcome.connectionId);
  expect(second.welcome.schema).toBe(null);
});

test('a client that clientConnected refuses is told why, and runs no clientDisconnected', () => {
  const stage = new GatewayStage();
  stage.tick.refusedIdentity = 1000n;
  const client = stage.connect();
  client.hello({}, { kind: 'call', sequence: 1, reducerId: POKE, args: Uint8Array.of(7) });
  stage.runTick();
  expect(client.peer).toMatchObject({ closeCode: 4003, closeReason: 'CONNECTION_REFUSED: you are banned' });
  stage.pass(12_000);
  expect(stage.tick.ran.map((line) => line.split(' ')[0])).toEqual(['connect']);
  expect(stage.gateway.sessionCount).toBe(0);
});

test('a socket that stays silent is closed after the handshake time, and not before', () => {
  const stage = new GatewayStage();
  const client = stage.connect();
  stage.pass(4_950);
  expect(client.closeReason).toBe('');
  stage.pass(50);
  expect(client.peer).toMatchObject({
    closeCode: 4106,
    closeReason: 'HELLO_TIMEOUT: no hello within 5000 ms (handshakeMs)',
  });
});

test('calls are answered in their order, each with the tick that holds it, beside what changed', () => {
  const stage = new GatewayStage();
  const client = stage.join();
  client.send(
    { kind: 'call', sequence: 1, reducerId: POKE, args: Uint8Array.of(7) },
    { kind: 'call', sequence: 2, reducerId: POKE, args: Uint8Array.of(255) },
  );
  client.call(3, 99);
  stage.change(client, 77);
  stage.runTick();
  const sections = client.read();
  expect(sections).toHaveLength(1);
  expect(results(sections)).toEqual(['1 committed @42', '2 SENDER_ERROR @42', '3 UNKNOWN_REDUCER @42']);
  expect(sections[0]!.results[1]!.message).toBe('not now');
  expect(sections[0]!.head.callsProcessed).toBe(3);
  expect(sections[0]!.unwatches).toEqual([77]);
});

test.each([
  ['a clean close', 1000, 0],
  ['a page that goes away', 1001, 0],
  ['a broken link', 1006, 10_000],
])('%s ends the session after its time', (_what, code, graceMs) => {
  const stage = new GatewayStage();
  const client = stage.join();
  const { connectionId } = client.welcome;
  client.peer.close(code);
  if (graceMs > 0) {
    stage.pass(graceMs - 50);
    expect(stage.tick.ran).toEqual([`connect ${connectionId}`]);
    stage.pass(100);
  } else stage.runTick();
  expect(stage.tick.ran).toEqual([`connect ${connectionId}`, `disconnect ${connectionId}`]);
  expect(stage.gateway.sessionCount).toBe(0);
  stage.pass(20_000);
  expect(stage.tick.ran).toHaveLength(2);
});

test('a goodbye ends the session at once, after the calls before it', () => {
  const stage = new GatewayStage();
  const client = stage.join();
  client.send({ kind: 'call', sequence: 1, reducerId: POKE, args: Uint8Array.of(3) }, { kind: 'goodbye' });
  expect(client.peer.closeCode).toBe(4011);
  stage.runTick();
  expect(stage.tick.ran.map((line) => line.replace(/ \d+$/, ''))).toEqual(['connect', 'call 1', 'disconnect']);
});

test('a link that breaks before the welcome leaves nothing behind', () => {
  const stage = new GatewayStage();
  const client = stage.connect();
  client.hello();
  client.peer.cut();
  stage.runTick();
  expect(stage.tick.ran.map((line) => line.split(' ')[0])).toEqual(['connect', 'disconnect']);
  expect([stage.gateway.sessionCount, stage.gateway.clientCount, stage.viewers.withNews.length]).toEqual([0, 0, 0]);
});

test('a dropped client resumes: same connection, a new secret, what it missed, each call answered once', () => {
  const stage = new GatewayStage();
  const client = stage.join();
  stage.viewerOf(client);
  client.call(1, POKE, 7);
  stage.runTick();
  client.read();
  client.call(2, POKE, 8);
  client.call(3, POKE, 9);
  client.peer.cut();
  stage.runTick(); // 2 and 3 run, and nobody is there to be told
  stage.change(client, 88);
  stage.pass(9_000);

  const again = stage.connect();
  again.hello(client.resumeHello(1), { kind: 'call', sequence: 3, reducerId: POKE, args: Uint8Array.of(9) });
  again.send({ kind: 'call', sequence: 4, reducerId: POKE, args: Uint8Array.of(5) });
  expect(again.read()).toEqual([]);
  stage.runTick();
  const sections = again.read();
  const { number } = stage.tick;
  expect(again.welcome).toMatchObject({ connectionId: client.welcome.connectionId, isResumed: true });
  expect(again.welcome.resumeToken).not.toBe(client.welcome.resumeToken);
  expect(results(sections)).toEqual(['2 committed @43', '3 committed @43', `4 committed @${number}`]);
  expect(sections[0]!.unwatches).toEqual([88]);
  expect(sections[0]!.head.flags & SECTION_CATCH_UP).toBe(SECTION_CATCH_UP);
  expect(stage.viewers.log.get(client.viewer!)).toContain('resume 42');
  expect(stage.tick.ran.map((line) => line.replace(/ \d+$/, ''))).toEqual([
    'connect',
    'call 1',
    'call 2',
    'call 3',
    'call 4',
  ]);
});

test('a resume closes the old socket, and nothing more reaches it', () => {
  const stage = new GatewayStage();
  const client = stage.join();
  stage.viewerOf(client);
  const again = stage.connect();
  again.hello(client.resumeHello());
  expect(client.peer).toMatchObject({
    closeCode: 4004,
    closeReason: 'REPLACED: the client has resumed on another connection',
  });
  stage.change(client, 12);
  stage.runTick();
  expect(client.read()).toEqual([]);
  expect(again.read()[0]!.unwatches).toEqual([12]);
  expect(stage.gateway.clientCount).toBe(1);
});

test.each([
  ['a used secret', 'used'],
  ['a wrong secret', 'secret'],
  ['another epoch', 'epoch'],
  ['an unknown connection', 'connection'],
  ['the token of another', 'identity'],
  ['a session that is over', 'over'],
])('a resume with %s is a fresh connection, and the answer does not tell why', (_what, fault) => {
  const stage = new GatewayStage();
  const client = stage.join();
  const hello = client.resumeHello();
  const { resume } = hello;
  if (fault === 'used') {
    const other = stage.connect();
    other.hello(hello);
    stage.runTick();
    other.read();
    other.send();
  }
  if (fault === 'secret') hello.resume = { ...resume!, resumeToken: resume!.resumeToken.replace(/^./, '!') };
  if (fault === 'epoch') hello.resume = { ...resume!, epoch: '00000000000000a8' };
  if (fault === 'connection') hello.resume = { ...resume!, connectionId: resume!.connectionId + 1n };
  if (fault === 'identity') hello.token = stage.join().welcome.token;
  if (fault === 'over') {
    client.peer.close(1000);
    stage.runTick();
  }
  const again = stage.connect();
  again.hello(hello);
  stage.runTick();
  again.read();
  expect(again.welcome.isResumed).toBe(false);
  expect(again.welcome.connectionId).not.toBe(client.welcome.connectionId);
  expect(again.welcome.identity).toBe(stage.identities.get(hello.token!));
});

test('a secret works again as long as the client has not seen the welcome with the next', () => {
  const stage = new GatewayStage();
  const client = stage.join();
  const hello = client.resumeHello();
  const lost = stage.connect();
  lost.hello(hello);
  lost.peer.cut(); // before its welcome
  const late = stage.connect();
  late.hello(hello);
  stage.runTick();
  expect(late.read()[0]!.welcome!.isResumed).toBe(true);
  late.peer.cut(); // it has the welcome, but has not said so: the next secret fits as well
  const again = stage.connect();
  again.hello(late.resumeHello());
  stage.runTick();
  expect(again.read()[0]!.welcome!.isResumed).toBe(true);
  again.send();
  const thief = stage.connect();
  thief.hello(late.resumeHello());
  stage.runTick();
  expect(thief.read()[0]!.welcome!.isResumed).toBe(false);
  expect(again.peer.isClosed).toBe(false);
});

test('what was told but not confirmed is told again after a resume', () => {
  const stage = new GatewayStage();
  const client = stage.join();
  client.send({ kind: 'unsubscribe', querySetId: 44 });
  stage.runTick();
  client.peer.cut(); // its section is lost with the link
  const again = stage.connect();
  again.hello(client.resumeHello());
  stage.runTick();
  expect(again.read()[0]!.subscriptionErrors).toMatchObject([{ querySetId: 44, code: 'UNKNOWN_QUERY_SET' }]);
  again.send();
  again.peer.cut();
  const third = stage.connect();
  third.hello(again.resumeHello());
  stage.runTick();
  expect(third.read()[0]!.subscriptionErrors).toEqual([]);
});

test('more dropped sessions than may wait end the oldest early', () => {
  const stage = new GatewayStage({ limits: { droppedSessionsMax: 2 } });
  const clients = [stage.join(), stage.join(), stage.join()];
  for (const client of clients) client.peer.cut();
  stage.runTick();
  expect(stage.tick.ran.at(-1)).toBe(`disconnect ${clients[0]!.welcome.connectionId}`);
  expect(stage.gateway.sessionCount).toBe(2);
});

test('a client without news is sent nothing, and its receipts reach the diff builder', () => {
  const stage = new GatewayStage();
  const quiet = stage.join();
  stage.viewerOf(quiet);
  const busy = stage.join();
  stage.viewerOf(busy);
  for (let i = 0; i < 5; i++) {
    stage.change(busy, i);
    stage.runTick();
  }
  expect(quiet.read()).toEqual([]);
  expect(busy.read().map((section) => section.unwatches)).toEqual([[0], [1], [2], [3], [4]]);
  busy.send();
  expect(stage.viewers.log.get(busy.viewer!)).toEqual(['ack 47']);
});

test('a receipt for a tick that was never sent counts for what was', () => {
  const stage = new GatewayStage();
  const client = stage.join();
  stage.viewerOf(client);
  client.lastTick = 1_000_000;
  client.send();
  expect(stage.viewers.log.get(client.viewer!)).toEqual(['ack 41']);
});

test('a client that takes nothing gets answers only, then one merged catch-up and with it the results of its calls', () => {
  const stage = new GatewayStage({ limits: { bufferedBytesSoft: 200 } });
  const client = stage.join();
  stage.viewerOf(client);
  client.peer.stall();
  for (let i = 1; i <= 6; i++) {
    stage.change(client, i);
    stage.runTick();
  }
  client.call(1, MOVE, 0, 0, 0, 0, 0, 0, 128, 63);
  client.send({ kind: 'query', requestId: 9, query: 'SELECT * FROM body' });
  stage.runTick();
  client.peer.drain();
  const sections = client.read();
  const before = sections.flatMap((section) => section.unwatches);
  expect(before.length).toBeGreaterThan(0);
  expect(before.length).toBeLessThan(6);
  expect(results(sections)).toEqual([]);
  expect(sections.flatMap(({ queryAnswers }) => queryAnswers)).toHaveLength(1);
  client.send();
  stage.runTick();
  const [healed] = client.read();
  expect(results([healed!])).toEqual(['1 committed @48']);
  expect([...before, ...healed!.unwatches]).toEqual([1, 2, 3, 4, 5, 6]);
  expect(healed!.head.flags & SECTION_CATCH_UP).toBe(SECTION_CATCH_UP);
  expect(stage.gateway.metrics.framesSkipped).toBeGreaterThan(0);
});

test('a private part alone claims no tick that the client has not got, and its answers wait for a later receipt', () => {
  const stage = new GatewayStage({ limits: { bufferedBytesSoft: 0 } });
  const client = stage.join();
  stage.viewerOf(client);
  client.peer.stall();
  stage.change(client, 1);
  stage.runTick(); // taken as 42; it waits in the buffer
  stage.change(client, 2);
  client.send({ kind: 'query', requestId: 9, query: 'SELECT * FROM body' });
  stage.runTick(); // 43: the answer alone
  client.peer.drain();
  const sections = client.read();
  expect(sections.map((section) => [section.head.tick, section.unwatches, section.queryAnswers.length])).toEqual([
    [42, [1], 0],
    [42, [], 1],
  ]);
  client.send();
  client.peer.cut();
  const again = stage.connect();
  again.hello(client.resumeHello());
  stage.runTick();
  expect(again.read().map((section) => [section.head.tick, section.unwatches, section.queryAnswers.length])).toEqual([
    [44, [2], 1],
  ]);
  expect(stage.viewers.log.get(client.viewer!)).toEqual(['ack 41', 'ack 42', 'resume 42']);
});

test('the result of a call does not come before what the call wrote, unless nothing is owed', () => {
  const stage = new GatewayStage({ limits: { bufferedBytesSoft: 0 } });
  const client = stage.join();
  stage.viewerOf(client);
  client.peer.stall();
  stage.change(client, 1);
  stage.runTick(); // 42 waits in the buffer
  client.call(1, POKE, 1);
  stage.runTick(); // 43: this call has changed nothing that the client sees
  stage.change(client, 2);
  client.call(2, POKE, 1);
  stage.runTick(); // 44: this one has
  client.peer.drain();
  const told = (): unknown[] =>
    client.read().map((section) => [section.head.tick, section.unwatches, results([section])]);
  expect(told()).toEqual([
    [42, [1], []],
    [43, [], ['1 committed @43']],
  ]);
  stage.runTick();
  expect(told()).toEqual([[45, [2], ['2 committed @44']]]);
});

test('a client that confirms nothing is passed over, then closed with a code from which it resumes', () => {
  const stage = new GatewayStage();
  const client = stage.join();
  stage.viewerOf(client);
  for (let ms = 0; ms < 1_500; ms += 50) {
    stage.change(client, ms);
    stage.pass(50);
  }
  const count = client.peer.messages.length;
  expect(count).toBeGreaterThan(25);
  stage.change(client, 9_999);
  stage.pass(1_000);
  expect(client.peer.messages.length).toBeLessThanOrEqual(count + 1);
  stage.pass(13_000);
  expect(client.peer.closeCode).toBe(4100);
  expect(client.closeReason).toMatch(/^SLOW_CLIENT: no receipt for \d+ ms \(lagMsHard\)$/);
  client.read();
  const again = stage.connect();
  again.hello(client.resumeHello());
  stage.runTick();
  expect(again.read()[0]!.welcome!.isResumed).toBe(true);
});

test('a socket over its hard limit gets nothing until it has drained, and then everything', () => {
  const stage = new GatewayStage({ limits: { bufferedBytesSoft: 100, bufferedBytesHard: 300 } });
  const client = stage.join();
  client.peer.stall();
  let heldBytes = 0;
  for (let sequence = 1; sequence <= 12; sequence++) {
    client.call(sequence, POKE, 1);
    stage.runTick();
    if (sequence === 8) heldBytes = client.peer.waitingBytes;
  }
  expect(heldBytes).toBeGreaterThan(300);
  expect(client.peer.waitingBytes).toBe(heldBytes);
  expect(client.peer.isClosed).toBe(false);
  client.peer.drain();
  stage.runTick();
  expect(results(client.read()).map((text) => text.split(' ')[0])).toEqual(
    Array.from({ length: 12 }, (_, i) => `${i + 1}`),
  );
});

test('at rate 0 several commits leave as one message with a section each', () => {
  const stage = new GatewayStage({ tickRate: 0 });
  const client = stage.join();
  stage.viewerOf(client);
  for (let sequence = 1; sequence <= 3; sequence++) client.call(sequence, POKE, sequence);
  for (let tick = 50; tick < 53; tick++) {
    stage.change(client, tick);
    stage.tick.number = tick;
    stage.tick.commitLog.durableTick = tick;
    const item = stage.tick.inbox.take()!;
    stage.gateway.result(item.client, (item as { sequence: number }).sequence, 0, '', tick);
    stage.gateway.endTick(tick, tick);
  }
  stage.gateway.flush();
  expect(client.peer.messages).toHaveLength(1);
  const sections = client.read();
  expect(sections.map((section) => [section.head.tick, section.unwatches[0]])).toEqual([
    [50, 50],
    [51, 51],
    [52, 52],
  ]);
  expect(results(sections)).toEqual(['1 committed @50', '2 committed @51', '3 committed @52']);
});

test('at rate 0 a refusal is told at once, though no commit follows', () => {
  const stage = new GatewayStage({ tickRate: 0 });
  const client = stage.join();
  client.call(1, 99);
  expect(results(client.read())).toEqual(['1 UNKNOWN_REDUCER @41']);
});

test('at rate 0 a client that was behind is healed by a sweep', () => {
  const stage = new GatewayStage({ tickRate: 0, limits: { bufferedBytesSoft: 0 } });
  const client = stage.join();
  stage.viewerOf(client);
  client.peer.stall();
  stage.change(client, 1);
  stage.runTick();
  stage.change(client, 2);
  stage.runTick();
  client.peer.drain();
  expect(client.read().flatMap((section) => section.unwatches)).toEqual([1]);
  client.send();
  stage.gateway.sweep();
  expect(client.read().flatMap((section) => section.unwatches)).toEqual([2]);
});

test('shutting down: new sockets are told to come back, the others are closed with the reason', () => {
  const stage = new GatewayStage();
  const client = stage.join();
  stage.gateway.stopAccepting();
  const late = stage.connect();
  expect(late.peer).toMatchObject({ closeCode: 4101, closeReason: 'RESTARTING: the server is going down' });
  client.call(1, POKE, 1);
  stage.runTick();
  stage.gateway.closeAll('RESTART', 'RESTARTING', 'come back in 2000 ms');
  expect(results(client.read())).toEqual(['1 committed @42']);
  expect(client.peer).toMatchObject({ closeCode: 4101, closeReason: 'RESTARTING: come back in 2000 ms' });
  expect(stage.gateway.clientCount).toBe(0);
});

test('a fault while one client is told its news ends that link alone and is reported', () => {
  const stage = new GatewayStage();
  const unlucky = stage.join();
  stage.viewerOf(unlucky);
  const lucky = stage.join();
  stage.viewerOf(lucky);
  const { takeFrame } = stage.viewers;
  stage.viewers.takeFrame = function (viewer, frame) {
    if (viewer === unlucky.viewer) throw new Error('a bug of ours');
    takeFrame.call(this, viewer, frame);
  };
  stage.change(unlucky, 1);
  stage.change(lucky, 2);
  stage.runTick();
  expect(stage.faults).toMatchObject([{ message: 'a bug of ours' }]);
  expect(unlucky.peer).toMatchObject({ closeCode: 4105, closeReason: 'INTERNAL_ERROR: the server had an error' });
  expect(lucky.read()[0]!.unwatches).toEqual([2]);
});

test('a session that the server ends is told so', () => {
  const stage = new GatewayStage();
  const client = stage.join();
  client.call(1, POKE, 1);
  const { client: session } = stage.tick.inbox.take()!;
  stage.gateway.disconnected(session);
  expect(client.peer).toMatchObject({
    closeCode: 4006,
    closeReason: 'ENDED_BY_SERVER: the server has ended the connection',
  });
  expect(stage.gateway.sessionCount).toBe(0);
});

test('a call that fails tells its caller no more than that', () => {
  const stage = new GatewayStage();
  const client = stage.join();
  client.call(1, POKE, 1);
  const { client: session } = stage.tick.inbox.take()!;
  stage.gateway.result(session, 1, 2, 'TypeError at /srv/secret/module.ts', 42);
  stage.runTick();
  expect(client.read()[0]!.results).toEqual([
    { sequence: 1, status: 'failed', code: 'INTERNAL_ERROR', message: 'the reducer failed', tick: 42 },
  ]);
});

test('a call that was stopped, or not run for that, fails with a code of its own', () => {
  const stage = new GatewayStage();
  const client = stage.join();
  client.call(1, POKE, 1);
  client.call(2, POKE, 1);
  const { client: session } = stage.tick.inbox.take()!;
  stage.tick.inbox.take();
  stage.gateway.result(session, 1, CALL_STOPPED, '', 42);
  stage.gateway.result(session, 2, CALL_SUSPENDED, '', 42);
  stage.runTick();
  expect(client.read()[0]!.results).toMatchObject([
    { sequence: 1, status: 'failed', code: 'CALL_STOPPED' },
    { sequence: 2, status: 'failed', code: 'CALL_SUSPENDED' },
  ]);
});
