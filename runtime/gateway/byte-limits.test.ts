import { SECTION_AREA_READY } from '@tickbase/protocol';
import { expect, test } from 'vitest';
import { clientBytes, GatewayStage, type StageClient } from './testing/gateway-stage.ts';

function join(stage: GatewayStage, bytesPerSecond: number): StageClient {
  const client = stage.join({ bytesPerSecond });
  stage.viewerOf(client);
  return client;
}

const limitsOf = (stage: GatewayStage, client: StageClient): string[] =>
  stage.viewers.log.get(stage.viewerOf(client))!.filter((line) => line.startsWith('limit'));

test('a client is sent what it asks for in its hello, but not next to nothing', () => {
  const stage = new GatewayStage();
  expect(limitsOf(stage, join(stage, 30_000))).toEqual(['limit 30000']);
  expect(limitsOf(stage, join(stage, 5))).toEqual(['limit 2048']);
  expect(limitsOf(stage, join(stage, 0))).toEqual([]);
});

test('a resume may ask for something else', () => {
  const stage = new GatewayStage();
  const client = join(stage, 30_000);
  const hello = client.resumeHello();
  client.peer.cut();
  const again = stage.connect();
  again.hello({ ...hello, bytesPerSecond: 9_000 });
  stage.runTick();
  expect(limitsOf(stage, client)).toEqual(['limit 30000', 'limit 9000']);
});

test('a client whose receipts come late is limited to what its link carries, until they come in time', () => {
  const stage = new GatewayStage();
  const client = join(stage, 0);
  for (let i = 0; i < 60; i++) {
    stage.change(client, i);
    stage.pass(50);
    // What it confirms is a second old.
    if (i % 5 === 0 && i > 20) client.peer.send(clientBytes(stage.tick.number - 20, []));
  }
  expect(limitsOf(stage, client)).toEqual(['limit 2048']);
  expect(stage.gateway.slowLinkCount).toBe(1);
  for (let i = 0; i < 120; i++) {
    stage.change(client, i);
    stage.pass(50);
    client.read();
    client.send();
  }
  expect(limitsOf(stage, client).length).toBeGreaterThan(50);
  expect(stage.gateway.slowLinkCount).toBe(0);
});

test('a section says that the cells of the centres are there, also when it has nothing else', () => {
  const stage = new GatewayStage();
  const client = join(stage, 0);
  stage.viewers.bringArea(stage.viewerOf(client));
  stage.runTick();
  const [section] = client.read();
  expect(section!.head.flags).toBe(SECTION_AREA_READY);
  stage.change(client, 7);
  stage.runTick();
  expect(client.read()[0]!.head.flags).toBe(0);
});
