import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { DEFAULT_LIMITS } from './gateway-limits.ts';
import { ListenFailure } from './listen-failure.ts';
import type { SocketEvents } from './socket-port.ts';
import { socketConformance } from './testing/socket-conformance.ts';
import { wsPeer } from './testing/ws-peer.ts';
import { listenUws, type UwsTransport, type UwsTransportOptions } from './uws-transport.ts';

const limits = { ...DEFAULT_LIMITS, bufferedBytesHard: 1024 * 1024 };
const health = {
  status: 'ok',
  database: 'pond',
  epoch: '00000000000000a7',
  tick: 41,
  tickRate: 20,
  tickP99Ms: 1.5,
  clients: 3,
} as const;
const silence: SocketEvents = { opened() {}, message() {}, closed() {} };

const open: UwsTransport[] = [];

async function listen(options: Partial<UwsTransportOptions> = {}): Promise<UwsTransport> {
  const transport = await listenUws({
    host: '127.0.0.1',
    port: 0,
    database: 'pond',
    limits,
    events: silence,
    health: () => health,
    ...options,
  });
  open.push(transport);
  return transport;
}

afterEach(() => {
  for (const transport of open.splice(0)) transport.close();
});

socketConformance('uWebSockets.js', async (events) => {
  const { port } = await listen({ events });
  const peers: WebSocket[] = [];
  return {
    connect: () => wsPeer(port, peers),
    async stop() {
      for (const ws of peers) ws.terminate();
    },
  };
});

function upgrade(
  port: number,
  path: string,
  protocol: string | undefined,
  headers: Record<string, string> = {},
): Promise<string> {
  return new Promise((settle) => {
    const ws = new WebSocket(`ws://127.0.0.1:${port}${path}`, protocol, { headers });
    ws.on('open', () => {
      ws.terminate();
      settle('101');
    });
    ws.on('unexpected-response', (_request, response) => {
      let body = '';
      response.on('data', (bytes: Buffer) => (body += bytes.toString()));
      response.on('end', () => settle(`${response.statusCode} ${(JSON.parse(body) as { code: string }).code}`));
    });
    ws.on('error', () => {});
  });
}

test('only the database, the subprotocol and the origins that fit are let in', async () => {
  const { port } = await listen({ allowedOrigins: ['https://play.example.com'] });
  const path = '/v1/database/pond/subscribe';
  expect(await upgrade(port, path, 'tickbase.1')).toBe('101');
  expect(await upgrade(port, '/v1/database/lake/subscribe', 'tickbase.1')).toBe('404 UNKNOWN_DATABASE');
  expect(await upgrade(port, path, 'tickbase.2')).toBe('400 UNKNOWN_SUBPROTOCOL');
  expect(await upgrade(port, path, undefined)).toBe('400 UNKNOWN_SUBPROTOCOL');
  expect(await upgrade(port, path, 'tickbase.1', { origin: 'https://evil.io' })).toBe('403 FORBIDDEN_ORIGIN');
  expect(await upgrade(port, path, 'tickbase.1', { origin: 'https://play.example.com' })).toBe('101');
});

test('a client of another database is told of by the name it asked for, 64 characters of it at most', async () => {
  const asked: string[] = [];
  const { port } = await listen({ refusedDatabase: (name) => asked.push(name) });
  for (const name of ['lake', 'x'.repeat(100), 'pond']) {
    await upgrade(port, `/v1/database/${name}/subscribe`, 'tickbase.1');
  }
  expect(asked).toEqual(['lake', 'x'.repeat(64)]);
});

test('health, ping and unknown addresses answer as they should', async () => {
  const { port } = await listen();
  const base = `http://127.0.0.1:${port}`;
  const answer = await fetch(`${base}/v1/health`);
  expect([answer.status, answer.headers.get('access-control-allow-origin'), await answer.json()]).toEqual([
    200,
    '*',
    health,
  ]);
  expect((await fetch(`${base}/v1/ping`)).status).toBe(200);
  const unknown = await fetch(`${base}/v1/database/lake/subscribe`);
  expect([unknown.status, await unknown.json()]).toEqual([
    404,
    { code: 'UNKNOWN_DATABASE', message: 'this server has no database "lake", but "pond"' },
  ]);
  const codeOf = async (path: string) => ((await (await fetch(base + path)).json()) as { code: string }).code;
  expect(await codeOf('/v1/database/pond/subscribe')).toBe('UPGRADE_REQUIRED');
  expect(await codeOf('/v1/database/pond/nothing')).toBe('NOT_FOUND');
  expect(await codeOf('/index.html')).toBe('NOT_FOUND');
  const start = await fetch(base);
  expect([start.status, start.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  expect(await start.text()).toContain(`.withUri('ws://127.0.0.1:${port}')\n  .withDatabaseName('pond')`);
  expect([(await fetch(base, { method: 'HEAD' })).status, (await fetch(base, { method: 'POST' })).status]).toEqual([
    200, 405,
  ]);
  expect((await fetch(`${base}/v1/ping`, { method: 'HEAD' })).status).toBe(200);
  expect((await fetch(`${base}/v1/nothing`, { method: 'HEAD' })).status).toBe(404);
  expect((await fetch(`${base}/v1/health`, { method: 'OPTIONS' })).status).toBe(204);
});

test('a port that is in use is an error, not a second server on the same port', async () => {
  const { port } = await listen();
  await expect(listen({ port })).rejects.toThrow(ListenFailure);
  await expect(listen({ port })).rejects.toMatchObject({ reason: 'EADDRINUSE', port });
  await expect(listen({ host: '203.0.113.1' })).rejects.toMatchObject({ reason: 'EADDRNOTAVAIL' });
});

test('a stopped transport frees its port for the next, and keeps its sockets', async () => {
  // A free port, listened on by its number: only then does the library allow its reuse while old connections linger.
  const probe = await listen();
  probe.close();
  const first = await listen({ port: probe.port });
  const ws = new WebSocket(`ws://127.0.0.1:${first.port}/v1/database/pond/subscribe`, 'tickbase.1');
  await new Promise((settle) => ws.once('open', settle));
  first.stopListening();
  first.stopListening();
  const second = await listen({ port: first.port });
  expect(second.port).toBe(first.port);
  expect(ws.readyState).toBe(ws.OPEN);
  ws.terminate();
});

test('a page with many cookies is served, endless headers are not', async () => {
  const { port } = await listen();
  const ping = (bytes: number) =>
    fetch(`http://127.0.0.1:${port}/v1/ping`, { headers: { cookie: `a=${'x'.repeat(bytes)}` } }).then(
      (answer) => answer.status,
      () => 0,
    );
  expect(await ping(10_000)).toBe(200);
  expect([0, 431]).toContain(await ping(2_000_000));
  expect(await ping(10)).toBe(200);
});

let folder = '';
const big = new Uint8Array(3_000_017).map((_, i) => (i * 7 + (i >> 9)) & 0xff);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tickbase-files-'));
  writeFileSync(join(folder, 'secret.txt'), 'outside');
  const root = join(folder, 'public');
  mkdirSync(join(root, 'deep er'), { recursive: true });
  writeFileSync(join(root, 'index.html'), '<p>pond</p>');
  writeFileSync(join(root, 'empty.css'), '');
  writeFileSync(join(root, '.env'), 'hidden');
  writeFileSync(join(root, 'big.bin'), big);
  writeFileSync(join(root, 'deep er', 'index.html'), '<p>deep</p>');
  symlinkSync(join(folder, 'secret.txt'), join(root, 'link.txt'));
});

afterAll(() => rmSync(folder, { recursive: true }));

test('files are served with their types, and known ones are not sent again', async () => {
  const { port } = await listen({ staticDir: join(folder, 'public') });
  const base = `http://127.0.0.1:${port}`;
  const page = await fetch(`${base}/`);
  expect([page.status, page.headers.get('content-type'), await page.text()]).toEqual([
    200,
    'text/html; charset=utf-8',
    '<p>pond</p>',
  ]);
  expect(await (await fetch(`${base}/deep%20er/`)).text()).toBe('<p>deep</p>');
  const head = await fetch(`${base}/big.bin`, { method: 'HEAD' });
  expect([head.headers.get('content-length'), head.headers.get('content-type')]).toEqual([
    '3000017',
    'application/octet-stream',
  ]);
  const again = await fetch(`${base}/`, { headers: { 'if-none-match': page.headers.get('etag')! } });
  expect(again.status).toBe(304);
  const since = await fetch(`${base}/`, { headers: { 'if-modified-since': page.headers.get('last-modified')! } });
  expect(since.status).toBe(304);
  const empty = await fetch(`${base}/empty.css`);
  expect([empty.status, await empty.text(), empty.headers.get('content-type')]).toEqual([
    200,
    '',
    'text/css; charset=utf-8',
  ]);
  const posted = await fetch(`${base}/`, { method: 'POST', body: 'x' });
  expect([posted.status, await posted.json()]).toEqual([
    405,
    { code: 'METHOD_NOT_ALLOWED', message: 'files can be read only' },
  ]);
});

test('a large file arrives whole, and a client that leaves half way harms nobody', async () => {
  const { port } = await listen({ staticDir: join(folder, 'public') });
  const leaver = connectTcp(port, '127.0.0.1');
  leaver.write('GET /big.bin HTTP/1.1\r\nHost: x\r\n\r\n');
  await new Promise((settle) => leaver.once('data', settle));
  leaver.destroy();
  const bytes = new Uint8Array(await (await fetch(`http://127.0.0.1:${port}/big.bin`)).arrayBuffer());
  expect(Buffer.compare(bytes, big)).toBe(0);
});

test('requests without a body leave the connection ready for the next', async () => {
  const { port } = await listen({ staticDir: join(folder, 'public') });
  const socket = connectTcp(port, '127.0.0.1');
  const heads = [
    'HEAD /index.html',
    'HEAD /v1/nothing',
    'HEAD /missing',
    'OPTIONS /v1/health',
    'HEAD /big.bin',
    'GET /index.html',
  ];
  let text = '';
  socket.on('data', (bytes) => (text += bytes.toString('latin1')));
  for (const [i, head] of heads.entries()) {
    socket.write(`${head} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await vi.waitFor(() => expect(text.match(/HTTP\/1\.1 \d+/g)).toHaveLength(i + 1));
  }
  await vi.waitFor(() => expect(text).toMatch(/<p>pond<\/p>$/));
  expect(text.match(/(?<=HTTP\/1\.1 )\d+/g)).toEqual(['200', '404', '404', '204', '200', '200']);
  expect(text.match(/pond/g)).toHaveLength(1);
  expect(
    text
      .match(/content-length: \d+/gi)!
      .at(-2)!
      .toLowerCase(),
  ).toBe('content-length: 3000017');
  socket.destroy();
});

function rawStatus(port: number, target: string): Promise<number> {
  return new Promise((settle) => {
    const socket = connectTcp(port, '127.0.0.1');
    socket.write(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    socket.once('data', (bytes) => {
      settle(Number(/^HTTP\/1\.1 (\d+)/.exec(bytes.toString('latin1'))?.[1] ?? 0));
      socket.destroy();
    });
    socket.once('close', () => settle(0));
    socket.once('error', () => settle(0));
  });
}

test.each([
  '/../secret.txt',
  '/%2e%2e/secret.txt',
  '/%2E%2E%2Fsecret.txt',
  '/deep%20er/..%2f..%2fsecret.txt',
  '/..%5csecret.txt',
  '/%252e%252e/secret.txt',
  '/link.txt',
  '/.env',
  '/index.html%00.txt',
  '/%',
  '/%ff',
  '//secret.txt',
  '/index.html/x',
])('nothing outside of the folder, hidden or malformed is served: %s', async (target) => {
  const { port } = await listen({ staticDir: join(folder, 'public') });
  expect([404, 400, 0]).toContain(await rawStatus(port, target));
  expect(await rawStatus(port, '/')).toBe(200);
});
