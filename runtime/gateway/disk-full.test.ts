import { expect, test } from 'vitest';
import { GatewayStage } from './testing/gateway-stage.ts';
import { POKE } from './testing/stage-plan.ts';

test.for([20, 0])(
  'while the disk is full calls are refused before they reach the tick, and run again afterwards (rate %i)',
  (tickRate) => {
    const stage = new GatewayStage({ tickRate });
    const client = stage.join();
    stage.tick.commitLog.acceptsWrites = false;
    client.call(1, POKE, 1);
    client.send({ kind: 'subscribe', querySetId: 4, queries: ['SELECT * FROM body'] });
    stage.runTick();
    const sections = client.read();
    expect(sections.flatMap(({ results }) => results)).toMatchObject([
      { sequence: 1, status: 'refused', code: 'DISK_FULL' },
    ]);
    expect(sections.flatMap(({ applied }) => applied)).toEqual([4]);
    expect(stage.gateway.metrics.refusals.get('DISK_FULL')).toBe(1);
    expect(stage.gateway.acceptsWrites).toBe(false);
    stage.tick.commitLog.acceptsWrites = true;
    client.call(2, POKE, 1);
    stage.runTick();
    expect(client.read().flatMap(({ results }) => results)).toMatchObject([{ sequence: 2, status: 'committed' }]);
    expect(stage.tick.ran.filter((line) => line.startsWith('call'))).toHaveLength(1);
  },
);

test('while the disk is full new clients are told to come back, and who has a session resumes it', () => {
  const stage = new GatewayStage();
  const client = stage.join();
  stage.tick.commitLog.acceptsWrites = false;
  const late = stage.connect();
  late.hello();
  expect(late.peer).toMatchObject({ closeCode: 4104 });
  expect(late.closeReason).toMatch(/^DISK_FULL: /);
  client.peer.cut();
  const back = stage.connect();
  back.hello(client.resumeHello());
  stage.runTick();
  expect(back.read()[0]!.welcome!.isResumed).toBe(true);
  stage.tick.commitLog.acceptsWrites = true;
  expect(stage.join().welcome.isResumed).toBe(false);
});

test('a client whose connect waits when the disk is found full is told to come back, and leaves nothing behind', () => {
  const stage = new GatewayStage();
  const client = stage.connect();
  client.hello();
  const item = stage.tick.inbox.take()!;
  stage.gateway.turnedAway(item.client, 'DISK_FULL', 'later');
  expect(client.peer).toMatchObject({ closeCode: 4104, closeReason: 'DISK_FULL: later' });
  expect([stage.gateway.sessionCount, stage.tick.inbox.waitingCount]).toEqual([0, 0]);
});

test('a call that waits when the disk is found full has its result like any other', () => {
  const stage = new GatewayStage();
  const client = stage.join();
  client.call(1, POKE, 1);
  client.call(2, 99); // refused at once; its result comes behind the first one's
  const item = stage.tick.inbox.take()!;
  stage.gateway.callRefused(item.client, 1, 'DISK_FULL', 'later');
  stage.runTick();
  expect(client.read().flatMap(({ results }) => results)).toMatchObject([
    { sequence: 1, code: 'DISK_FULL', message: 'later' },
    { sequence: 2, code: 'UNKNOWN_REDUCER' },
  ]);
});
