import { expect, test } from 'vitest';
import { GatewayStage, type StageClient } from './testing/gateway-stage.ts';
import { POKE } from './testing/stage-plan.ts';

/** `connect 1`, `disconnect 1`: what the tick ran, connections in the order of their first coming. */
function ran(stage: GatewayStage): string[] {
  const ids = [...new Set(stage.tick.ran.map((line) => line.split(' ').at(-1)!))];
  return stage.tick.ran.map((line) => line.replace(/\d+$/, (id) => String(ids.indexOf(id) + 1)));
}

/** A further connection of the client's identity. */
function again(stage: GatewayStage, first: StageClient): StageClient {
  return stage.join({ token: first.welcome.token });
}

test('where an identity has one connection, the newest takes the place of the one before, which is over first', () => {
  const stage = new GatewayStage({ sessions: 'newest' });
  const first = stage.join();
  for (const sequence of [1, 2, 3]) first.call(sequence, POKE, 7);
  const second = stage.connect();
  second.hello({ token: first.welcome.token });
  expect(first.peer).toMatchObject({ closeCode: 4004, closeReason: 'REPLACED: the same identity has connected anew' });
  stage.runTick();
  stage.runTick();
  second.read();
  expect(second.welcome.identity).toBe(first.welcome.identity);
  expect(ran(stage)).toEqual(['connect 1', 'call 1 1', 'call 2 1', 'call 3 1', 'disconnect 1', 'connect 2']);
  expect(stage.gateway.sessionCount).toBe(1);
  // Others are not concerned.
  stage.join();
  expect(second.closeReason).toBe('');
});

test('where the oldest stays, a further one is refused, until the first has lost its link', () => {
  const stage = new GatewayStage({ sessions: 'oldest' });
  const first = stage.join();
  const second = again(stage, first);
  expect(second.peer).toMatchObject({
    closeCode: 4003,
    closeReason: 'ALREADY_CONNECTED: this identity has a connection already',
  });
  first.peer.cut();
  const third = again(stage, first);
  stage.runTick();
  third.read();
  expect(third.welcome.isResumed).toBe(false);
  expect(ran(stage)).toEqual(['connect 1', 'disconnect 1', 'connect 2']);
});

test.each(['newest', 'oldest'] as const)('a resume is no further connection: %s', (sessions) => {
  const stage = new GatewayStage({ sessions });
  const client = stage.join();
  client.peer.cut();
  const back = stage.join(client.resumeHello());
  expect(back.welcome.isResumed).toBe(true);
  // Even while the server takes the old link for a good one.
  const twice = stage.join({ ...back.resumeHello() });
  expect(twice.welcome.isResumed).toBe(true);
  expect(ran(stage)).toEqual(['connect 1']);
});

test('connections of an identity are bounded, and room is made by those that leave', () => {
  const stage = new GatewayStage({ limits: { connectionsPerIdentityMax: 3 } });
  const first = stage.join();
  const second = again(stage, first);
  again(stage, first);
  const fourth = again(stage, first);
  expect(fourth.peer).toMatchObject({
    closeCode: 4104,
    closeReason: 'TOO_MANY_CONNECTIONS: this identity has 3 connections (connectionsPerIdentityMax)',
  });
  stage.join();
  second.peer.close(1000);
  expect(again(stage, first).closeReason).toBe('');
});

test('the connections of an identity share the rates and the subscriptions of two', () => {
  const stage = new GatewayStage({ limits: { subscriptionsMax: 6, callsPerSecond: 1, callsBurst: 12 } });
  const tabs = [stage.join()];
  while (tabs.length < 4) tabs.push(again(stage, tabs[0]!));
  const subscribe = (tab: StageClient, count: number): string[] => {
    for (let querySetId = 1; querySetId <= count; querySetId++) {
      tab.send({ kind: 'subscribe', querySetId, queries: ['SELECT * FROM body'] });
    }
    stage.runTick();
    return tab
      .read()
      .flatMap(({ subscriptionErrors }) => subscriptionErrors.map(({ code, message }) => `${code} ${message}`));
  };
  const refused = 'TOO_MANY_SUBSCRIPTIONS this client has 3 subscriptions (subscriptionsMax)';
  expect(subscribe(tabs[0]!, 4)).toEqual([refused]);
  // A while later each has half of the burst.
  stage.pass(60_000);
  for (let sequence = 1; sequence <= 8; sequence++) tabs[1]!.call(sequence, POKE, 7);
  stage.runTick();
  const results = tabs[1]!.read().flatMap((section) => section.results);
  expect(results.map(({ code }) => code)).toEqual([...Array(6).fill(''), 'RATE_LIMITED', 'RATE_LIMITED']);
  // Alone again, it has what one has.
  for (const tab of tabs.slice(1)) tab.peer.close(1000);
  stage.pass(60_000);
  expect(subscribe(tabs[0]!, 7).filter((error) => error.startsWith('TOO_MANY'))).toEqual([
    'TOO_MANY_SUBSCRIPTIONS this client has 6 subscriptions (subscriptionsMax)',
  ]);
});
