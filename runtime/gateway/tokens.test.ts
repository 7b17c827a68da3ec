import { expect, test } from 'vitest';
import { EPOCH, GatewayStage } from './testing/gateway-stage.ts';
import { POKE } from './testing/stage-plan.ts';

test('what a client sends before its token was looked at waits, and is taken in order', () => {
  const stage = new GatewayStage();
  stage.isTokenSlow = true;
  const client = stage.connect();
  client.hello();
  client.call(1, POKE, 7);
  client.call(2, POKE, 8);
  stage.runTick();
  expect(client.read()).toEqual([]);
  stage.finishLooks();
  stage.runTick();
  const [section] = client.read();
  expect(section!.welcome).toMatchObject({ identity: 1_000n, token: 'token-1000' });
  expect(section!.results.map(({ sequence }) => sequence)).toEqual([1, 2]);
  expect(stage.faults).toEqual([]);
});

test('a client that is gone before its token was looked at leaves nothing', () => {
  const stage = new GatewayStage();
  stage.isTokenSlow = true;
  const client = stage.connect();
  client.hello();
  client.call(1, POKE, 7);
  client.peer.cut();
  stage.finishLooks();
  stage.runTick();
  expect(stage.gateway.sessionCount).toBe(0);
  expect(stage.faults).toEqual([]);
});

test('a second hello before the first was looked at ends the link, and neither is let in', () => {
  const stage = new GatewayStage();
  stage.identities.set('of ann', 5n).set('of bob', 6n);
  stage.isTokenSlow = true;
  const client = stage.connect();
  client.hello({ token: 'of ann' });
  client.hello({ token: 'of bob' });
  stage.finishLooks();
  stage.runTick();
  expect(client.closeReason).toBe('HELLO_TWICE: a connection has one hello');
  stage.pass(100);
  expect(stage.gateway.sessionCount).toBe(0);
});

test('what waits for a token is bounded in bytes and in messages', () => {
  for (const [bytes, count] of [
    [60_000, 3],
    [10, 300],
  ] as const) {
    const stage = new GatewayStage();
    stage.isTokenSlow = true;
    const client = stage.connect();
    client.hello();
    for (let i = 0; i < count; i++) client.peer.send(new Uint8Array(bytes));
    expect(client.closeReason).toMatch(/^RATE_LIMITED: \d+ messages of \d+ bytes came before the token was looked at/);
  }
});

test('who has no token that was looked at within the time of a hello is closed', () => {
  const stage = new GatewayStage();
  stage.isTokenSlow = true;
  const client = stage.connect();
  client.hello();
  stage.pass(5_100);
  expect(client.closeReason).toMatch(/^HELLO_TIMEOUT/);
  stage.finishLooks();
  stage.runTick();
  expect(stage.gateway.sessionCount).toBe(0);
});

test('a token that cannot be looked at now is not a bad one: the client may come again', () => {
  for (const code of ['ISSUER_UNREACHABLE', 'TOO_MANY_TOKENS']) {
    const stage = new GatewayStage();
    stage.refusals.set('a', { code, message: 'now' });
    const client = stage.connect();
    client.hello({ token: 'a' });
    expect(client.peer).toMatchObject({ closeCode: 4104, closeReason: `${code}: now` });
  }
});

test('a connection ends when its token does', () => {
  const stage = new GatewayStage();
  const endS = stage.nowMs / 1_000 + 20;
  stage.identities.set('short', 5n);
  stage.expiries.set('short', endS);
  const client = stage.join({ token: 'short' });
  stage.pass(24_000);
  client.send();
  expect(client.closeReason).toBe('');
  stage.pass(3_000);
  expect(client.peer).toMatchObject({ closeCode: 4002, closeReason: expect.stringMatching(/^TOKEN_EXPIRED/) });
  expect(stage.gateway.sessionCount).toBe(0);
});

test('a resume with a newer token of the same identity goes on past the end of the older one; one of another identity is no resume', () => {
  const stage = new GatewayStage({ resumeGraceMs: 100_000 });
  const nowS = stage.nowMs / 1_000;
  stage.identities.set('older', 5n).set('newer', 5n).set('other', 6n);
  stage.expiries.set('older', nowS + 10).set('newer', nowS + 90);
  const client = stage.join({ token: 'older' });
  const hello = client.resumeHello();
  const stranger = stage.connect();
  stranger.hello({ ...hello, token: 'other' });
  stage.runTick();
  stranger.read();
  expect(stranger.welcome).toMatchObject({ identity: 6n, isResumed: false, epoch: EPOCH });
  const again = stage.connect();
  again.hello({ ...hello, token: 'newer' });
  stage.pass(20_000);
  again.read();
  again.send();
  expect(again.welcome).toMatchObject({ identity: 5n, isResumed: true });
  expect(again.closeReason).toBe('');
});
