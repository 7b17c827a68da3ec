import { expect, test } from 'vitest';
import type { DisconnectOrder } from '../transactions/world.ts';
import { GatewayStage, type StageClient } from './testing/gateway-stage.ts';
import { POKE } from './testing/stage-plan.ts';

/** The next tick has an order of the module's. */
function order(stage: GatewayStage, order: Partial<DisconnectOrder>): void {
  stage.gateway.disconnect({ identity: null, connectionId: null, reason: '', ...order }, stage.tick.number + 1);
}

const kindsOf = (stage: GatewayStage): string[] => stage.tick.ran.map((line) => line.replace(/ \d+$/, ''));

test('a connection that the module ends is told so behind the results of its tick, and leaves', () => {
  const stage = new GatewayStage();
  const client = stage.join();
  client.call(1, POKE, 7);
  order(stage, { connectionId: client.welcome.connectionId, reason: 'you cheated' });
  expect(client.closeReason).toBe('');
  stage.runTick();
  expect(client.read().flatMap(({ results }) => results.map(({ status }) => status))).toEqual(['committed']);
  expect(client.peer).toMatchObject({ closeCode: 4006, closeReason: 'ENDED_BY_MODULE: you cheated' });
  stage.runTick();
  expect(kindsOf(stage)).toEqual(['connect', 'call 1', 'disconnect']);
  expect(stage.gateway.sessionCount).toBe(0);
});

test('all connections of an identity end, those that wait for a resume, too, and nobody else', () => {
  const stage = new GatewayStage();
  const first = stage.join();
  const second = stage.join({ token: first.welcome.token });
  const dropped = stage.join({ token: first.welcome.token });
  dropped.peer.cut();
  const other = stage.join();
  order(stage, { identity: first.welcome.identity });
  stage.runTick();
  expect([first, second, other].map(({ closeReason }) => closeReason)).toEqual([
    'ENDED_BY_MODULE',
    'ENDED_BY_MODULE',
    '',
  ]);
  const back = stage.join(dropped.resumeHello());
  expect(back.welcome.isResumed).toBe(false);
  stage.runTick();
  expect(stage.gateway.sessionCount).toBe(2);
});

test('it goes when that is durable, and meanwhile nothing more of it is taken', () => {
  const stage = new GatewayStage();
  const client = stage.join();
  stage.waitForDisk();
  client.call(1, POKE, 7);
  order(stage, { connectionId: client.welcome.connectionId });
  stage.runTick();
  client.call(2, POKE, 7);
  stage.runTick();
  expect([client.closeReason, client.read()]).toEqual(['', []]);
  stage.sync();
  expect(client.read().flatMap(({ results }) => results.map(({ sequence }) => sequence))).toEqual([1]);
  expect(client.closeReason).toBe('ENDED_BY_MODULE');
  stage.runTick();
  expect(kindsOf(stage)).toEqual(['connect', 'call 1', 'disconnect']);
});

test('one that hangs up first, or of whom nobody knows, is no matter', () => {
  const stage = new GatewayStage();
  const client = stage.join();
  stage.waitForDisk();
  order(stage, { connectionId: client.welcome.connectionId });
  order(stage, { connectionId: 77n });
  order(stage, { identity: 78n });
  client.peer.close(1000);
  stage.runTick();
  stage.sync();
  stage.runTick();
  expect(kindsOf(stage)).toEqual(['connect', 'disconnect']);
  expect([stage.gateway.sessionCount, stage.faults]).toEqual([0, []]);
});

test('a resume does not save it', () => {
  const stage = new GatewayStage();
  const client: StageClient = stage.join();
  stage.waitForDisk();
  order(stage, { connectionId: client.welcome.connectionId });
  const back = stage.connect();
  back.hello(client.resumeHello());
  stage.runTick();
  stage.sync();
  stage.runTick();
  expect(back.closeReason).toBe('ENDED_BY_MODULE');
  expect(stage.gateway.sessionCount).toBe(0);
});
