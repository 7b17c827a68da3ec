import { expect, test } from 'vitest';
import type { Outbox } from '../tick/index.ts';
import { GatewayStage, type StageClient } from './testing/gateway-stage.ts';

/** Four bytes each: with some clients more than leaves at once. */
const NEWS = Array.from({ length: 4_000 }, (_, i) => 70_000 + i);

function joinMany(stage: GatewayStage): StageClient[] {
  return Array.from({ length: 14 }, () => {
    const client = stage.join();
    stage.viewerOf(client);
    return client;
  });
}

test('what many are told in one tick is a message for each, with all of it', () => {
  const stage = new GatewayStage();
  const clients = joinMany(stage);
  for (const client of clients) for (const news of NEWS) stage.change(client, news);
  stage.runTick();
  for (const client of clients) {
    const messages = client.peer.take();
    expect(messages).toHaveLength(1);
    expect(messages[0]!.length).toBeGreaterThan(4 * NEWS.length);
  }
  stage.runTick();
  for (const client of clients) expect(client.read()).toEqual([]);
});

test('the first of them leave before the last are assembled, unless the tick is not durable', () => {
  const stage = new GatewayStage();
  const clients = joinMany(stage);
  const first = clients[0]!;
  const last = clients.at(-1)!;
  const leftInTick = (): number[] => {
    for (const client of clients) for (const news of NEWS) stage.change(client, news);
    const { gateway } = stage;
    let left: number[] = [];
    const outbox = {
      endTick(tick: number, timestampUs: number): void {
        gateway.endTick(tick, timestampUs);
        left = [first, last].map((client) => client.peer.take().length);
      },
      flush: () => gateway.flush(),
    };
    stage.tick.run(outbox as Outbox);
    return left;
  };
  expect(leftInTick()).toEqual([1, 0]);
  expect(last.read()).toHaveLength(1);
  stage.waitForDisk();
  expect(leftInTick()).toEqual([0, 0]);
  expect([first.read(), last.read()]).toEqual([[], []]);
  stage.sync();
  expect([first.read().length, last.read().length]).toEqual([1, 1]);
});
