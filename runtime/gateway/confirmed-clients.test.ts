import { SECTION_CATCH_UP } from '@tickbase/protocol';
import { expect, test } from 'vitest';
import { GatewayStage, type StageClient } from './testing/gateway-stage.ts';
import { POKE } from './testing/stage-plan.ts';

/** `42: 7,8 calls 1` for each section that has come. */
function told(client: StageClient): string[] {
  return client.read().map(({ head, unwatches, results }) => {
    const calls = results.length === 0 ? '' : ` calls ${results.map(({ sequence }) => sequence).join(',')}`;
    return `${head.tick}: ${unwatches.join(',')}${calls}`;
  });
}

test('a confirmed client hears of a tick when every tick up to it is durable, an unconfirmed one at once', () => {
  const stage = new GatewayStage();
  const confirmed = stage.join();
  stage.viewerOf(confirmed);
  const hasty = stage.join({ confirmed: false });
  stage.viewerOf(hasty);
  stage.waitForDisk();
  for (const news of [1, 2, 3]) {
    stage.change(confirmed, news);
    stage.change(hasty, news);
    confirmed.call(news, POKE, news);
    stage.runTick();
  }
  expect(confirmed.read()).toEqual([]);
  const early = hasty.read();
  expect(early.map(({ head }) => [head.tick, head.durableTick])).toEqual([
    [43, 42],
    [44, 42],
    [45, 42],
  ]);
  stage.sync(44);
  const late = confirmed.read();
  expect(late.map(({ head, unwatches }) => [head.tick, head.durableTick, unwatches])).toEqual([
    [43, 43, [1]],
    [44, 44, [2]],
  ]);
  stage.sync();
  expect(told(confirmed)).toEqual(['45: 3 calls 3']);
  expect(stage.gateway.heldTickCount).toBe(0);
  expect(stage.gateway.metrics.messagesHeld).toBe(3);
});

test('the welcome, answers and refused subscriptions wait, too', () => {
  const stage = new GatewayStage();
  stage.waitForDisk();
  const client = stage.connect();
  client.hello(
    {},
    { kind: 'query', requestId: 5, query: 'SELECT * FROM body' },
    { kind: 'unsubscribe', querySetId: 9 },
  );
  stage.runTick();
  expect(client.read()).toEqual([]);
  stage.sync();
  const [section] = client.read();
  expect(section).toMatchObject({
    welcome: { database: 'pond' },
    queryAnswers: [{ requestId: 5 }],
    subscriptionErrors: [{ querySetId: 9, code: 'UNKNOWN_QUERY_SET' }],
  });
});

test('what becomes durable within the tick, and what was held before it, leaves with the flush in its order', () => {
  const stage = new GatewayStage();
  const client = stage.join();
  stage.viewerOf(client);
  stage.waitForDisk();
  stage.change(client, 1);
  stage.runTick();
  stage.tick.isDurableAtOnce = true;
  stage.change(client, 2);
  stage.runTick();
  expect(told(client)).toEqual(['42: 1', '43: 2']);
});

test('a link that is lost loses what was held for it; the resume brings it, after the disk has it', () => {
  const stage = new GatewayStage();
  const client = stage.join();
  stage.viewerOf(client);
  stage.waitForDisk();
  client.call(1, POKE, 1);
  stage.runTick();
  client.peer.cut();
  const back = stage.connect();
  back.hello(client.resumeHello());
  stage.runTick();
  expect(back.read()).toEqual([]);
  stage.sync(42);
  expect([client.read(), back.read()]).toEqual([[], []]);
  stage.sync();
  const [section] = back.read();
  expect(section!.welcome!.isResumed).toBe(true);
  expect(section!.results).toMatchObject([{ sequence: 1, tick: 42 }]);
  expect(stage.tick.ran.filter((line) => line.startsWith('call'))).toHaveLength(1);
});

test('a receipt for what has not left yet counts as one for what has', () => {
  const stage = new GatewayStage();
  const client = stage.join();
  const viewer = stage.viewerOf(client);
  stage.waitForDisk();
  stage.change(client, 1);
  stage.runTick();
  client.lastTick = 42;
  client.send();
  expect(stage.viewers.log.get(viewer)).toEqual(['ack 41']);
  stage.sync();
  client.send();
  expect(stage.viewers.log.get(viewer)).toEqual(['ack 41', 'ack 42']);
});

test('time that a message waits for the disk is no lag of its client', () => {
  const stage = new GatewayStage();
  const client = stage.join();
  client.send();
  stage.viewerOf(client);
  stage.waitForDisk();
  for (let i = 1; i <= 3; i++) stage.change(client, i);
  stage.pass(20_000);
  expect(client.closeReason).toBe('');
  stage.sync();
  expect(told(client)).toEqual(['42: 1,2,3']);
});

test.for([20, 0])(
  'a disk that sleeps for five seconds costs no memory: news is held back and comes merged (rate %i)',
  (tickRate) => {
    const stage = new GatewayStage({ tickRate, limits: { heldTicksMax: 8, heldBytesMax: 100_000 } });
    const clients = [stage.join(), stage.join(), stage.join()];
    for (const [place, client] of clients.entries()) {
      client.viewer = [...stage.viewers.log.keys()][place]!;
      client.send();
    }
    stage.waitForDisk();
    let bytesMax = 0;
    let ticksMax = 0;
    for (let news = 1; news <= 100; news++) {
      for (const client of clients) stage.change(client, news);
      if (news <= 50) clients[0]!.call(news, POKE, 1);
      stage.nowMs += 50;
      stage.gateway.sweep();
      stage.runTick();
      bytesMax = Math.max(bytesMax, stage.gateway.heldBytes);
      ticksMax = Math.max(ticksMax, stage.gateway.heldTickCount);
    }
    expect(ticksMax).toBe(8);
    expect(bytesMax).toBeLessThan(100_000);
    expect(stage.gateway.metrics.framesHeldBack).toBeGreaterThan(0);
    stage.sync();
    if (tickRate > 0) stage.runTick();
    stage.sync();
    for (const client of clients) {
      const sections = client.read();
      expect(sections.flatMap(({ unwatches }) => unwatches)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
      expect(sections).toHaveLength(9);
      expect(sections.at(-1)!.head.flags & SECTION_CATCH_UP).toBe(SECTION_CATCH_UP);
    }
    const results = clients[0]!.sections.flatMap((section) => section.results);
    expect(results.map(({ sequence, tick }) => [sequence, tick])).toEqual(
      Array.from({ length: 50 }, (_, i) => [i + 1, 44 + i]),
    );
    expect(stage.faults).toEqual([]);
  },
);

test('what is held is bounded by bytes, too, and one tick may pass the bound', () => {
  const stage = new GatewayStage({ limits: { heldBytesMax: 1_000 } });
  const client = stage.join();
  stage.viewerOf(client);
  stage.waitForDisk();
  for (let news = 1; news <= 60; news++) {
    for (let i = 0; i < 40; i++) stage.change(client, 100 * news + i);
    stage.runTick();
  }
  expect(stage.gateway.heldBytes).toBeGreaterThan(1_000);
  expect(stage.gateway.heldBytes).toBeLessThan(1_500);
});

test('a server that stops closes its clients after the disk has what they were to be told', () => {
  const stage = new GatewayStage();
  const client = stage.join();
  stage.viewerOf(client);
  stage.waitForDisk();
  client.call(1, POKE, 1);
  stage.runTick();
  stage.sync();
  stage.gateway.closeAll('RESTART', 'RESTARTING', 'come back');
  expect(told(client)).toEqual(['42:  calls 1']);
  expect(client.closeReason).toContain('RESTARTING');
});

test('news from before the disk slept on is not overtaken by a further section of the same tick (rate 0)', () => {
  const stage = new GatewayStage({ tickRate: 0 });
  const client = stage.join();
  stage.waitForDisk();
  client.call(1, POKE, 1);
  stage.runTick();
  client.send({ kind: 'unsubscribe', querySetId: 9 }); // refused at once, between two ticks
  expect(client.read()).toEqual([]);
  stage.sync();
  const sections = client.read();
  expect(sections.map(({ results, subscriptionErrors }) => [results.length, subscriptionErrors.length])).toEqual([
    [1, 0],
    [0, 1],
  ]);
});
