import { CLOSE_BAD_TOKEN } from '@tickbase/protocol';
import { expect, test, vi } from 'vitest';
import type { FakeEnvironment } from '../testing/fake-environment.ts';
import { follow, openHarbour } from '../testing/open-harbour.ts';

/** The server's clock at the first welcome; see ScriptedServer. */
const NOW_S = 1_700_000_000;

const part = (claims: object): string => Buffer.from(JSON.stringify(claims)).toString('base64url');

/** Shaped as a JSON Web Token; nobody here looks at its signature. */
function tokenThatEnds(inS: number, name = 'ann'): string {
  return `${part({ alg: 'ES256' })}.${part({ sub: name, exp: NOW_S + inS })}.signature`;
}

const socketCount = async (environment: FakeEnvironment, count: number): Promise<void> =>
  void (await vi.waitFor(() => expect(environment.sockets).toHaveLength(count)));

test('a token source is asked before each handshake, and what it gives is shown', async () => {
  const tokens = ['first', undefined, 'third'];
  const { environment, server } = openHarbour((builder) => builder.withTokenSource(() => tokens.shift()));
  expect(environment.sockets).toEqual([]);
  await socketCount(environment, 1);
  expect(server.accept({ token: 'first' })).toMatchObject([{ kind: 'hello', token: 'first' }]);
  environment.socket.lost();
  environment.advance(250);
  await socketCount(environment, 2);
  expect(server.accept({ isResumed: true, token: 'first' })).toMatchObject([{ token: 'first' }]);
  environment.socket.lost();
  environment.advance(250);
  await socketCount(environment, 3);
  expect(server.accept({ isResumed: true, token: 'third' })).toMatchObject([{ token: 'third' }]);
});

test('a source that throws fails the attempt, and is asked again', async () => {
  let asked = 0;
  const source = (): string => {
    if (++asked !== 2) return 'good';
    throw new Error('the issuer is away');
  };
  const { connection, environment, server, story } = openHarbour((builder) => builder.withTokenSource(source));
  await socketCount(environment, 1);
  server.accept();
  environment.socket.lost();
  environment.advance(250);
  await vi.waitFor(() => expect(asked).toBe(2));
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect([connection.state, environment.sockets.length]).toEqual(['resuming', 1]);
  environment.advance(500);
  await socketCount(environment, 2);
  server.accept({ isResumed: true });
  expect(story.at(-1)).toBe('live');
});

test('a source that throws at the first attempt is why no connection came about', async () => {
  const { connection, story } = openHarbour((builder) =>
    builder.withTokenSource(() => Promise.reject(new Error('nobody has signed in'))),
  );
  await vi.waitFor(() => expect(connection.state).toBe('closed'));
  expect(connection.error).toMatchObject({ code: 'CONNECT_FAILED', what: expect.stringContaining('signed in') });
  expect(story).toEqual(['connecting', 'closed']);
});

test('a newer token is shown half a minute before the present one ends, and the connection goes on', async () => {
  const tokens = [tokenThatEnds(600), tokenThatEnds(600), tokenThatEnds(1200)];
  const [present, , newer] = tokens;
  const { connection, environment, server } = openHarbour((builder) => builder.withTokenSource(() => tokens.shift()));
  await socketCount(environment, 1);
  server.accept({ token: present! });
  environment.advance(569_000);
  expect(tokens).toHaveLength(2);
  environment.advance(1_500);
  await vi.waitFor(() => expect(tokens).toHaveLength(1));
  // The same again: there is no newer one yet, so it is asked for at half of what is left.
  await vi.waitFor(() => expect(environment.timerCount).toBe(1));
  expect(environment.requests).toEqual([]);
  environment.advance(15_000);
  await vi.waitFor(() => expect(connection.token).toBe(newer));
  expect(environment.requests).toMatchObject([
    {
      url: 'http://127.0.0.1:3000/v1/database/harbour/renew',
      init: {
        method: 'POST',
        headers: { authorization: `Bearer ${newer}` },
        body: '{"connectionId":"00000000000000000000000000000077"}',
      },
    },
  ]);
  expect(environment.sockets).toHaveLength(1);
  await vi.waitFor(() => expect(environment.timerCount).toBe(1));
  connection.disconnect();
  expect(environment.timerCount).toBe(0);
});

test('a renewal that the server refuses is reported, and the present token stays', async () => {
  const tokens = [tokenThatEnds(600), tokenThatEnds(1200, 'bob')];
  const [present] = tokens;
  const { connection, environment, server } = openHarbour((builder) => builder.withTokenSource(() => tokens.shift()));
  await socketCount(environment, 1);
  server.accept({ token: present! });
  const refusal = { code: 'UNKNOWN_CONNECTION', message: 'this identity has no such connection' };
  environment.answer = { ok: false, json: () => Promise.resolve(refusal) };
  environment.advance(570_000);
  await vi.waitFor(() => expect(environment.reported).toMatchObject([{ code: 'UNKNOWN_CONNECTION' }]));
  expect(connection.token).toBe(present);
  expect(connection.state).toBe('live');
});

test('a connection that ended with its token comes back with what the source gives then; a second refusal is the end', async () => {
  const tokens = ['old', 'new', 'newer'];
  const { environment, server, story } = openHarbour((builder) => builder.withTokenSource(() => tokens.shift()));
  await socketCount(environment, 1);
  server.accept({ token: 'old' });
  environment.socket.lost(CLOSE_BAD_TOKEN, 'TOKEN_EXPIRED: the token of this connection has expired');
  environment.advance(250);
  await socketCount(environment, 2);
  expect(server.accept({ isResumed: true, token: 'new' })).toMatchObject([{ token: 'new' }]);
  environment.socket.lost(CLOSE_BAD_TOKEN, 'TOKEN_EXPIRED');
  environment.advance(250);
  await socketCount(environment, 3);
  environment.socket.opened();
  environment.socket.lost(CLOSE_BAD_TOKEN, 'TOKEN_KEY');
  environment.settle();
  expect(story.slice(-4)).toEqual(['live', 'resuming', 'closed', 'disconnect BAD_TOKEN']);
});

test('renewToken shows a token at once while the link is up, else with the next handshake', async () => {
  const { connection, environment, server } = openHarbour();
  server.accept({ token: 'old' });
  await connection.renewToken('newer');
  expect([environment.requests.length, connection.token]).toEqual([1, 'newer']);
  const refusal = { code: 'TOKEN_EXPIRED', message: 'the token has expired' };
  environment.answer = { ok: false, json: () => Promise.resolve(refusal) };
  await expect(connection.renewToken('older')).rejects.toMatchObject({ code: 'TOKEN_EXPIRED' });
  expect(connection.token).toBe('newer');
  environment.socket.lost();
  await connection.renewToken('newest');
  environment.advance(250);
  expect(server.accept({ isResumed: true })).toMatchObject([{ token: 'newest' }]);
  connection.disconnect();
  expect(await follow(connection.renewToken('late')).state()).toBe('CONNECTION_LOST');
});

test('a ping is the time of a request beside the socket, and rejects when nobody answers', async () => {
  const { connection, environment } = openHarbour();
  environment.answer = {
    get ok() {
      environment.advance(35);
      return true;
    },
    json: () => Promise.resolve({}),
  };
  expect(await connection.ping()).toBe(35);
  expect(environment.requests).toMatchObject([{ url: 'http://127.0.0.1:3000/v1/ping' }]);
  environment.request = () => Promise.reject(new TypeError('fetch failed'));
  await expect(connection.ping()).rejects.toMatchObject({
    code: 'CONNECTION_LOST',
    message: 'http://127.0.0.1:3000/v1/ping did not answer (fetch failed)',
  });
});
