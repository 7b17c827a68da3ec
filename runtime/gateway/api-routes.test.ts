import { afterEach, expect, test, vi } from 'vitest';
import type { ApiAnswer, ApiRequest } from './api-port.ts';
import { BODY_BYTES_MAX, REQUESTS_MAX } from './api-routes.ts';
import { DEFAULT_LIMITS } from './gateway-limits.ts';
import { listenUws, type UwsTransport } from './uws-transport.ts';

const open: UwsTransport[] = [];

afterEach(() => {
  for (const transport of open.splice(0)) transport.close();
});

async function listen(api: (request: ApiRequest) => Promise<ApiAnswer>, limits = {}): Promise<string> {
  const transport = await listenUws({
    host: '127.0.0.1',
    port: 0,
    database: 'pond',
    limits: { ...DEFAULT_LIMITS, ...limits },
    events: { opened() {}, message() {}, closed() {} },
    health: () => ({ status: 'ok', database: 'pond', epoch: 'a', tick: 1, tickRate: 20, tickP99Ms: 1, clients: 0 }),
    api,
  });
  open.push(transport);
  return `http://127.0.0.1:${transport.port}/v1`;
}

const codeOf = async (answer: Promise<Response>): Promise<string> => {
  const response = await answer;
  const { code = '' } = (await response.json()) as { code?: string };
  return `${response.status} ${code}`;
};

test('a request is passed on with its token, its name and its body, in however many parts it comes', async () => {
  const asked: ApiRequest[] = [];
  const address = await listen((request) => {
    asked.push(request);
    return Promise.resolve({ status: 200, body: { done: asked.length } });
  });
  const parts = new ReadableStream<Uint8Array>({
    async start(stream) {
      for (const part of ['["a', 'b"', ']']) {
        stream.enqueue(new TextEncoder().encode(part));
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      stream.close();
    },
  });
  const init = {
    method: 'POST',
    headers: { authorization: 'bearer of.ann.a' },
    body: parts,
    duplex: 'half',
  } as RequestInit;
  const response = await fetch(`${address}/database/pond/call/say%20it`, init);
  expect([response.status, await response.json(), response.headers.get('access-control-allow-origin')]).toEqual([
    200,
    { done: 1 },
    '*',
  ]);
  await fetch(`${address}/database/pond/schema`);
  await fetch(`${address}/identity`, { method: 'POST' });
  expect(
    asked.map(({ route, name, token, body }) => ({ route, name, token, body: Buffer.from(body).toString() })),
  ).toEqual([
    { route: 'call', name: 'say it', token: 'of.ann.a', body: '["ab"]' },
    { route: 'schema', name: '', token: '', body: '' },
    { route: 'identity', name: '', token: '', body: '' },
  ]);
});

test('pages elsewhere may ask first whether they may ask', async () => {
  const address = await listen(() => Promise.resolve({ status: 200, body: {} }));
  const { headers } = await fetch(`${address}/database/pond/sql`, { method: 'OPTIONS' });
  expect(headers.get('access-control-allow-methods')).toContain('POST');
  expect(headers.get('access-control-allow-headers')).toBe('authorization, content-type');
});

test('a body that is too long is not gathered, and not passed on', async () => {
  let isAsked = false;
  const address = await listen(() => {
    isAsked = true;
    return Promise.resolve({ status: 200, body: {} });
  });
  const send = (length: number): Promise<string> =>
    codeOf(fetch(`${address}/database/pond/sql`, { method: 'POST', body: new Uint8Array(length) }));
  expect(await send(BODY_BYTES_MAX + 1)).toBe('413 BODY_TOO_LONG');
  expect(isAsked).toBe(false);
  expect(await send(BODY_BYTES_MAX)).toBe('200 ');
});

test('what is answered is UTF-8, also where a byte for each letter would do', async () => {
  const address = await listen(() => Promise.resolve({ status: 200, body: { who: 'Zoë' } }));
  const response = await fetch(`${address}/database/pond/sql`, { method: 'POST' });
  expect(await response.json()).toEqual({ who: 'Zoë' });
});

test('an address that asks too often is refused', async () => {
  // This machine may ask a thousand times as often.
  const address = await listen(() => Promise.resolve({ status: 200, body: {} }), {
    requestsPerSecond: 1e-6,
    requestsBurst: 0.007,
  });
  const ask = (path: string): Promise<string> => codeOf(fetch(`${address}/${path}`, { method: 'POST' }));
  expect(await ask('identity')).toBe('200 ');
  expect(await ask('identity')).toBe('429 TOO_MANY_REQUESTS');
  expect(await ask('database/pond/sql')).toBe('200 ');
  expect(await ask('database/pond/sql')).toBe('200 ');
  expect(await ask('database/pond/sql')).toBe('429 TOO_MANY_REQUESTS');
});

test('a fault is told as one, and nothing of it', async () => {
  const address = await listen(() => Promise.reject(new Error('a secret')));
  const response = await fetch(`${address}/identity`, { method: 'POST' });
  expect([response.status, await response.json()]).toEqual([
    500,
    { code: 'INTERNAL_ERROR', message: 'the server had an error' },
  ]);
});

test('who has gone before the answer is passed over', async () => {
  const waiting: ((answer: ApiAnswer) => void)[] = [];
  const address = await listen(() => new Promise((resolve) => waiting.push(resolve)));
  const gone = new AbortController();
  const request = fetch(`${address}/identity`, { method: 'POST', signal: gone.signal });
  await vi.waitUntil(() => waiting.length === 1);
  gone.abort();
  await expect(request).rejects.toThrow();
  await new Promise((resolve) => setTimeout(resolve, 50));
  waiting[0]!({ status: 200, body: {} });
  expect((await fetch(`${address}/ping`)).status).toBe(200);
});

test('so many requests are held at once, and no more', async () => {
  const waiting: ((answer: ApiAnswer) => void)[] = [];
  const address = await listen(() => new Promise((resolve) => waiting.push(resolve)));
  const ask = (): Promise<string> => codeOf(fetch(`${address}/database/pond/schema`));
  const asked = Array.from({ length: REQUESTS_MAX }, ask);
  await vi.waitUntil(() => waiting.length === REQUESTS_MAX, { timeout: 20_000 });
  expect(await ask()).toBe('503 TOO_MANY_REQUESTS');
  for (const tell of waiting.splice(0)) tell({ status: 200, body: {} });
  expect(new Set(await Promise.all(asked))).toEqual(new Set(['200 ']));
  const after = ask();
  await vi.waitUntil(() => waiting.length === 1);
  waiting[0]!({ status: 200, body: {} });
  expect(await after).toBe('200 ');
});
