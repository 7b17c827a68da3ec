import { expect, test } from 'vitest';
import { GatewayStage, type StageClient } from './testing/gateway-stage.ts';

/** So many sockets whose hello has come, each with a subscription behind it. */
function knock(stage: GatewayStage, count: number): StageClient[] {
  return Array.from({ length: count }, () => {
    const client = stage.connect();
    client.hello({}, { kind: 'subscribe', querySetId: 5, queries: ['SELECT * FROM body'] });
    return client;
  });
}

function joinedCount(clients: readonly StageClient[]): number {
  return clients.filter((client) => client.read().length > 0 || client.sections.length > 0).length;
}

test('a burst is let in at once, the rest at the rate, in their order and with all that they sent', () => {
  const stage = new GatewayStage({ limits: { joinsPerSecond: 20 } });
  const clients = knock(stage, 45);
  stage.runTick();
  expect(joinedCount(clients)).toBe(20);
  expect(stage.gateway.joins.waitingCount).toBe(25);
  stage.pass(500);
  expect(joinedCount(clients.slice(0, 29))).toBe(29);
  expect(joinedCount(clients.slice(31))).toBe(0);
  stage.pass(1000);
  expect(joinedCount(clients)).toBe(45);
  expect(clients.every(({ sections }) => sections.some(({ applied }) => applied.includes(5)))).toBe(true);
  expect(stage.gateway.joins.waitingCount).toBe(0);
});

test('who would wait too long is told when to come back', () => {
  const stage = new GatewayStage({ limits: { joinsPerSecond: 3, joinWaitMsMax: 4_000 } });
  const clients = knock(stage, 17);
  expect(clients.slice(0, 16).every(({ peer }) => !peer.isClosed)).toBe(true);
  expect(clients[16]!.peer).toMatchObject({
    closeCode: 4104,
    closeReason: 'TOO_MANY_JOINS: 13 clients wait for their turn, 5 s in all; come back in 2167 ms',
  });
  expect(stage.gateway.sessionCount).toBe(16);
});

test('who leaves while it waits leaves nothing behind, and runs no hook', () => {
  const stage = new GatewayStage({ limits: { joinsPerSecond: 2 } });
  const clients = knock(stage, 6);
  clients[3]!.peer.cut();
  clients[4]!.send({ kind: 'goodbye' });
  stage.pass(3000);
  expect(stage.tick.ran.filter((line) => line.startsWith('connect'))).toHaveLength(4);
  expect(joinedCount([clients[2]!, clients[5]!])).toBe(2);
  expect([stage.gateway.sessionCount, stage.tick.inbox.waitingCount]).toEqual([4, 0]);
});

test('who has a session comes back past those who wait', () => {
  const stage = new GatewayStage({ limits: { joinsPerSecond: 1 } });
  const client = stage.join();
  knock(stage, 5);
  client.peer.cut();
  const back = stage.connect();
  back.hello(client.resumeHello());
  stage.runTick();
  expect(back.read()[0]!.welcome!.isResumed).toBe(true);
});

test('under load a part of the rate is let in, and all of it afterwards', () => {
  const stage = new GatewayStage({ limits: { joinsPerSecond: 40 } });
  stage.gateway.joins.pace(0.05);
  const clients = knock(stage, 14);
  stage.pass(2000);
  expect(joinedCount(clients)).toBeLessThanOrEqual(2 + 4);
  stage.gateway.joins.pace(1);
  stage.pass(500);
  expect(joinedCount(clients)).toBe(14);
});

test('a client of a world without a rate is let in without a tick', () => {
  const stage = new GatewayStage({ limits: { joinsPerSecond: 1 }, tickRate: 0 });
  const clients = knock(stage, 2);
  stage.nowMs += 1000;
  stage.gateway.sweep();
  stage.runTick();
  expect(joinedCount(clients)).toBe(2);
});
