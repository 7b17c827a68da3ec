import { expect, test } from 'vitest';
import type { InboxEntry } from '../tick/index.ts';
import { CALL_COMMITTED, CALL_FAILED, CALL_REFUSED } from '../transactions/world.ts';
import { type WebAnswer, type WebClient, WebClients } from './web-clients.ts';
import { GatewayStage } from './testing/gateway-stage.ts';

const ANN = { identity: 7n, token: '', claims: '{"sub":"ann"}', expiresAtS: Infinity };

function stage(): {
  web: WebClients;
  items: InboxEntry[];
  log: { durableTick: number };
  run(): { client: WebClient; answers: WebAnswer[] };
} {
  const items: InboxEntry[] = [];
  const log = { durableTick: 0 };
  let last = 0;
  const entropy = { bytes: (length: number) => new Uint8Array(length).fill(++last) };
  const web = new WebClients({ inbox: { push: (item) => void items.push(item) }, commitLog: log, entropy });
  return {
    web,
    items,
    log,
    run() {
      const answers: WebAnswer[] = [];
      web.run(ANN, { kind: 'statement', text: 'DELETE FROM pond' }, (answer) => answers.push(answer));
      return { client: items.at(-1)!.client as WebClient, answers };
    },
  };
}

test('a request is a client that comes, asks and goes', () => {
  const { items, run } = stage();
  const { client } = run();
  expect(items.map(({ kind }) => kind)).toEqual(['connect', 'statement', 'disconnect']);
  expect(client).toMatchObject({
    identity: 7n,
    claims: '{"sub":"ann"}',
    connectionId: 0x01010101010101010101010101010101n,
  });
});

test('what was committed is told when it is durable, in order', () => {
  const { web, log, run } = stage();
  const [first, second] = [run(), run()];
  web.result(first.client, CALL_COMMITTED, 'one');
  web.disconnected(first.client);
  web.endTick(5);
  web.result(second.client, CALL_COMMITTED, 'two');
  log.durableTick = 5;
  web.endTick(6);
  expect([first.answers, second.answers]).toEqual([[{ code: '', message: 'one' }], []]);
  log.durableTick = 6;
  web.release();
  expect(second.answers).toEqual([{ code: '', message: 'two' }]);
});

test('what came to nothing is told at once, once', () => {
  const { web, run } = stage();
  const [refused, failed, banned] = [run(), run(), run()];
  web.result(refused.client, CALL_REFUSED, 'no');
  web.result(failed.client, CALL_FAILED, 'oh');
  web.refused(banned.client, 'you are banned');
  web.turnedAway(banned.client, 'DISK_FULL', 'again');
  expect([refused, failed, banned].map(({ answers }) => answers)).toEqual([
    [{ code: 'SENDER_ERROR', message: 'no' }],
    [{ code: 'INTERNAL_ERROR', message: 'oh' }],
    [{ code: 'CONNECTION_REFUSED', message: 'you are banned' }],
  ]);
});

test('so many run at once, and no more', () => {
  const { web, run } = stage();
  const all = Array.from({ length: 300 }, run);
  expect(web.count).toBe(256);
  web.refused(all[0]!.client, '');
  run();
  expect(web.count).toBe(256);
});

test('a gateway says why it takes none: TOO_MANY_REQUESTS, DISK_FULL', () => {
  const gatewayStage = new GatewayStage();
  const ask = (): string | undefined =>
    gatewayStage.gateway.request(ANN, { kind: 'statement', text: '' }, () => {})?.code;
  expect(Array.from({ length: 257 }, ask).filter((code) => code !== undefined)).toEqual(['TOO_MANY_REQUESTS']);
});

test('a connection goes on past the end of its token when a newer one is shown for it, by the same identity alone', () => {
  const gatewayStage = new GatewayStage();
  const nowS = gatewayStage.nowMs / 1_000;
  gatewayStage.identities.set('older', 5n);
  gatewayStage.expiries.set('older', nowS + 10);
  const client = gatewayStage.join({ token: 'older' });
  const { connectionId } = client.welcome;
  const newer = { identity: 5n, token: 'newer', claims: '{}', expiresAtS: nowS + 40 };
  expect(gatewayStage.gateway.renew(connectionId, { ...newer, identity: 6n })).toBe(false);
  expect(gatewayStage.gateway.renew(connectionId + 1n, newer)).toBe(false);
  expect(gatewayStage.gateway.renew(connectionId, newer)).toBe(true);
  gatewayStage.pass(25_000);
  client.send();
  expect(client.closeReason).toBe('');
  gatewayStage.pass(25_000);
  expect(client.closeReason).toMatch(/^TOKEN_EXPIRED/);
  expect(gatewayStage.gateway.renew(connectionId, newer)).toBe(false);
});
