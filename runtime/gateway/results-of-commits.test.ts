import { expect, test } from 'vitest';
import { GatewayStage, type StageClient } from './testing/gateway-stage.ts';
import { POKE } from './testing/stage-plan.ts';

const call = (sequence: number, first: number) =>
  ({ kind: 'call', sequence, reducerId: POKE, args: Uint8Array.of(first) }) as const;

/** `44: 7 calls 1@43,2@44` for each section that has come: its tick, its news, its results with theirs. */
function told(client: StageClient): string[] {
  return client.read().map(({ head, unwatches, results }) => {
    const calls = results.map(({ sequence, tick }) => `${sequence}@${tick}`);
    return `${head.tick}: ${unwatches.join(',')} calls ${calls.join(',')}`;
  });
}

test('results of many commits are one section when nothing that the client watches has changed; each has its own tick', () => {
  const stage = new GatewayStage({ tickRate: 0 });
  const ann = stage.join();
  const bob = stage.join();
  ann.send(call(1, 7), call(2, 8), call(3, 9));
  bob.send(call(1, 7), call(2, 255));
  stage.tick.wake(stage.gateway);
  // Round robin: ann, bob, ann, bob, ann.
  expect(told(ann)).toEqual(['47:  calls 1@43,2@45,3@47']);
  const [section] = bob.read();
  expect(section!.head).toMatchObject({ tick: 47, callsProcessed: 2 });
  expect(section!.results).toMatchObject([
    { status: 'committed', tick: 44 },
    { status: 'refused', message: 'not now', tick: 46 },
  ]);
});

test('a frame of a commit comes with the results up to it, and the others follow', () => {
  const stage = new GatewayStage({ tickRate: 0 });
  const ann = stage.join();
  stage.viewerOf(ann);
  const bob = stage.join();
  ann.send(call(1, 7), call(2, 8), call(3, 9));
  stage.tick.wake(stage.gateway, (tick) => {
    if (tick === 44) stage.change(ann, 500);
  });
  expect(told(ann)).toEqual(['44: 500 calls 1@43,2@44', '45:  calls 3@45']);
  expect(told(bob)).toEqual([]);
});

test('a receipt for the section covers its results: a resume does not tell them again', () => {
  const stage = new GatewayStage({ tickRate: 0 });
  const ann = stage.join();
  stage.viewerOf(ann);
  ann.send(call(1, 7), call(2, 8));
  stage.tick.wake(stage.gateway);
  ann.read();
  ann.send(call(3, 9));
  ann.peer.cut();
  const again = stage.connect();
  again.hello(ann.resumeHello(0));
  stage.tick.wake(stage.gateway);
  expect(again.read().flatMap(({ results }) => results.map(({ sequence }) => sequence))).toEqual([3]);
});

test('to a confirmed client the section leaves when all of its commits are durable', () => {
  const stage = new GatewayStage({ tickRate: 0 });
  const ann = stage.join();
  stage.waitForDisk();
  ann.send(call(1, 7), call(2, 8));
  stage.tick.wake(stage.gateway);
  stage.sync(42);
  expect(told(ann)).toEqual([]);
  stage.sync();
  expect(told(ann)).toEqual(['43:  calls 1@42,2@43']);
});
