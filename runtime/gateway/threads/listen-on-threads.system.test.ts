import { spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { TickbaseError } from '@tickbase/base';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { DEFAULT_LIMITS } from '../gateway-limits.ts';
import { ListenFailure } from '../listen-failure.ts';
import type { GatewaySocket, SocketEvents } from '../socket-port.ts';
import { type StartedTransport, socketConformance } from '../testing/socket-conformance.ts';
import { wsPeer } from '../testing/ws-peer.ts';
import type { UwsTransport, UwsTransportOptions } from '../uws-transport.ts';
import { listenOnThreads } from './listen-on-threads.ts';

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
/** Of the test that runs: threads take their time to start, so all tests share them. */
let events = silence;
let openCount = 0;
/** The library throws when it is to write that. */
const NO_TEXT = 7 as unknown as string;
/** What comes over this machine's sockets is there within a few milliseconds, and waited for longer. */
const SOON = { interval: 3, timeout: 20_000 };
const asked: string[] = [];
let apiFails = false;
let transport: UwsTransport;

function options(over: Partial<UwsTransportOptions> = {}): UwsTransportOptions {
  return {
    host: '127.0.0.1',
    port: 0,
    database: 'pond',
    limits: { ...DEFAULT_LIMITS, bufferedBytesHard: 1024 * 1024 },
    events: {
      opened: (socket) => {
        openCount++;
        events.opened(socket);
      },
      message: (socket, bytes, isBinary) => events.message(socket, bytes, isBinary),
      closed: (socket, isClean) => {
        openCount--;
        events.closed(socket, isClean);
      },
    },
    health: () => health,
    metrics: () => 'pond_depth 3\n',
    refusedDatabase: (name) => asked.push(name),
    api: async ({ route, name, token, body }) => {
      if (apiFails) throw new Error('of the test');
      return { status: 200, body: { route, name, token, body: Buffer.from(body).toString() } };
    },
    ...over,
  };
}

beforeAll(async () => {
  transport = await listenOnThreads(options(), 2, fail);
});

afterAll(async () => {
  events = silence;
  await transport.close();
});

socketConformance('a socket thread', async (mine): Promise<StartedTransport> => {
  events = mine;
  const peers: WebSocket[] = [];
  return {
    connect: () => wsPeer(transport.port, peers),
    async stop() {
      for (const ws of peers) ws.terminate();
      await allClosed();
    },
  };
});

/** What is told of one test's sockets is not to reach the next one. */
async function allClosed(): Promise<void> {
  await vi.waitFor(() => expect(openCount).toBe(0), SOON);
  events = silence;
}

async function connected(
  count: number,
): Promise<{ sockets: GatewaySocket[]; clients: WebSocket[]; closedCount: () => number }> {
  const sockets: GatewaySocket[] = [];
  let closedCount = 0;
  events = { ...silence, opened: (socket) => sockets.push(socket), closed: () => closedCount++ };
  const clients = Array.from(
    { length: count },
    () => new WebSocket(`ws://127.0.0.1:${transport.port}/v1/database/pond/subscribe`, 'tickbase.1'),
  );
  await vi.waitFor(() => expect(sockets).toHaveLength(count), SOON);
  return { sockets, clients, closedCount: () => closedCount };
}

const fail = (error: unknown): never => expect.unreachable(String(error));

describe('sockets on threads', () => {
  afterEach(allClosed);

  test('a message that is longer than a ring arrives whole, and one after it behind it', async () => {
    const { sockets, clients } = await connected(1);
    const got: Buffer[] = [];
    clients[0]!.on('message', (bytes: Buffer) => got.push(bytes));
    const long = new Uint8Array(20_000_000).map((_, i) => (i * 7 + (i >> 9)) & 0xff);
    expect(sockets[0]!.send(long)).toBe(true);
    await vi.waitFor(() => expect(got.length + sockets[0]!.bufferedBytes()).toBe(1), SOON);
    expect(sockets[0]!.send(Uint8Array.of(1, 2))).toBe(true);
    await vi.waitFor(() => expect(got).toHaveLength(2), SOON);
    expect(Buffer.compare(got[0]!, long)).toBe(0);
    expect([...got[1]!]).toEqual([1, 2]);
    clients[0]!.terminate();
  });

  test('when it is flushed, each of many clients has all that it was sent', async () => {
    const { sockets, clients, closedCount } = await connected(40);
    const got = new Map<number, number>();
    for (const client of clients) {
      client.on('message', (bytes: Buffer) => got.set(bytes[0]!, (got.get(bytes[0]!) ?? 0) + 1));
    }
    for (let turn = 0; turn < 50; turn++) {
      for (const [i, socket] of sockets.entries()) expect(socket.send(new Uint8Array(2_000).fill(i))).toBe(true);
      await transport.flushed();
      expect(sockets.every((socket) => socket.bufferedBytes() === 0)).toBe(true);
    }
    expect(transport.waitingBytes()).toBe(0);
    await vi.waitFor(() => expect([...got.values()]).toEqual(sockets.map(() => 50)), SOON);
    for (const client of clients) client.terminate();
    await vi.waitFor(() => expect(closedCount()).toBe(40), SOON);
  });

  test('numbers of sockets that are gone are given again, and nobody gets what was meant for another', async () => {
    for (let round = 0; round < 5; round++) {
      const { sockets, clients, closedCount } = await connected(8);
      const got: string[] = [];
      for (const client of clients) client.on('message', (bytes: Buffer) => got.push(bytes.toString()));
      for (const [i, socket] of sockets.entries()) socket.send(Buffer.from(`${round} ${i}`));
      await vi.waitFor(() => expect(got).toHaveLength(8), SOON);
      for (const socket of sockets.slice(4)) {
        socket.send(Buffer.from('before the end'));
        socket.close(4000, 'over');
      }
      await vi.waitFor(() => expect(got.slice(8)).toEqual(Array.from({ length: 4 }, () => 'before the end')), SOON);
      for (const client of clients) client.terminate();
      await vi.waitFor(() => expect(closedCount()).toBe(8), SOON);
      for (const socket of sockets) expect(socket.send(Buffer.from('late'))).toBe(false);
      expect(got.slice(0, 8).toSorted()).toEqual(sockets.map((_, i) => `${round} ${i}`));
    }
  });

  test('requests over HTTP are answered by the tick thread', async () => {
    const base = `http://127.0.0.1:${transport.port}`;
    expect(await (await fetch(`${base}/v1/health`)).json()).toEqual(health);
    expect(await (await fetch(`${base}/v1/metrics`)).text()).toBe('pond_depth 3\n');
    const call = (): Promise<Response> =>
      fetch(`${base}/v1/database/pond/call/jump`, {
        method: 'POST',
        headers: { authorization: 'Bearer me' },
        body: '[1]',
      });
    expect(await (await call()).json()).toEqual({ route: 'call', name: 'jump', token: 'me', body: '[1]' });
    apiFails = true;
    expect((await call()).status).toBe(500);
    apiFails = false;
    await fetch(`${base}/v1/ping`);
    const lost = new WebSocket(`ws://127.0.0.1:${transport.port}/v1/database/lake/subscribe`, 'tickbase.1');
    lost.on('error', () => {});
    await vi.waitFor(() => expect(asked).toEqual(['lake']), SOON);
  });

  test('a process that ends at once with clients on its threads does not abort', () => {
    const program = fileURLToPath(new URL('./testing/end-at-once.ts', import.meta.url));
    const flags = ['--conditions=tickbase-source', '--import', 'tsx'];
    const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, program], { encoding: 'utf8' });
    expect({ status, stdout, stderr }).toEqual({ status: 3, stdout: 'a client is in\n', stderr: '' });
  });

  test('a thread that fails while it runs is told of with the place, and what is sent to it from then on is dropped', async () => {
    const failures: TickbaseError[] = [];
    const sockets: GatewaySocket[] = [];
    const failing = await listenOnThreads(
      options({ metrics: () => NO_TEXT, events: { ...silence, opened: (socket) => sockets.push(socket) } }),
      1,
      (error) => failures.push(error),
    );
    const address = `127.0.0.1:${failing.port}`;
    const client = new WebSocket(`ws://${address}/v1/database/pond/subscribe`, 'tickbase.1');
    const closed = new Promise((settle) => client.once('close', settle));
    await vi.waitFor(() => expect(sockets).toHaveLength(1), SOON);
    await expect(fetch(`http://${address}/v1/metrics`)).rejects.toThrow('fetch failed');
    expect(await closed).toBe(1006);
    await vi.waitFor(() => expect(failures).toHaveLength(1), SOON);
    expect(failures[0]).toMatchObject({
      code: 'SOCKET_THREAD_FAILED',
      where: expect.stringContaining('utf8-of'), // which is given what is no text
    });
    for (let i = 0; i < 40; i++) sockets[0]!.send(new Uint8Array(1_000_000));
    expect(failing.waitingBytes()).toBe(0);
    await failing.flushed();
    await failing.close();
  });

  test('a port that is in use is the error it is without threads', async () => {
    const taken = createServer();
    await new Promise<void>((settle) => taken.listen(0, '127.0.0.1', settle));
    const { port } = taken.address() as { port: number };
    for (const count of [1, 2]) {
      await expect(listenOnThreads(options({ port }), count, fail)).rejects.toMatchObject({
        reason: 'EADDRINUSE',
        port,
      });
      await expect(listenOnThreads(options({ port }), count, fail)).rejects.toThrow(ListenFailure);
    }
    await expect(listenOnThreads(options({ port: transport.port }), 2, fail)).rejects.toThrow(ListenFailure);
    await new Promise((settle) => taken.close(settle));
    const platform = vi.spyOn(process, 'platform', 'get').mockReturnValue('darwin');
    await expect(listenOnThreads(options(), 2, fail)).rejects.toMatchObject({ code: 'SOCKET_THREADS' });
    platform.mockRestore();
    const tls = { certificate: 'none.pem', key: 'none.pem' };
    await expect(listenOnThreads(options({ tls }), 1, fail)).rejects.toMatchObject({ code: 'TLS_FILES' });
  });
});
