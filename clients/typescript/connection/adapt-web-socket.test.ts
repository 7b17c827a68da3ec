import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { adaptWebSocket } from './adapt-web-socket.ts';
import { openWebSocket } from './open-web-socket.ts';

afterEach(() => {
  vi.doUnmock('ws');
  vi.unstubAllGlobals();
});

interface Told {
  readonly lines: string[];
  readonly ended: Promise<void>;
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let settle: (() => void) | undefined;
  const promise = new Promise<void>((resolve) => (settle = resolve));
  return { promise, resolve: () => settle?.() };
}

/** Collects what a socket tells. */
function listen(): Told & { events: Parameters<typeof adaptWebSocket>[3] } {
  const lines: string[] = [];
  const { promise: ended, resolve: end } = withResolvers();
  return {
    lines,
    ended,
    events: {
      opened: () => void lines.push('opened'),
      message: (bytes) => void lines.push(`message ${bytes.join(' ')}`),
      closed: (code, reason, error) => {
        lines.push(
          `closed ${code} ${reason} ${error === null ? 'no error' : ((error as { code?: string }).code ?? 'error')}`,
        );
        end();
      },
    },
  };
}

test('a real socket: subprotocol, binary messages both ways, the close code and its reason', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const told = listen();
  server.on('connection', (socket) => {
    expect(socket.protocol).toBe('tickbase.1');
    socket.on('message', (data: Buffer) => {
      socket.send(Buffer.concat([data, Buffer.from([9])]));
      socket.close(4101, '250');
    });
  });
  const { port } = server.address() as AddressInfo;
  const socket = adaptWebSocket(openWebSocket, `ws://127.0.0.1:${port}`, 'tickbase.1', {
    ...told.events,
    opened: () => {
      told.events.opened();
      const scratch = Uint8Array.from([3, 5, 7]);
      socket.send(scratch);
      // The sender's buffer is its own again.
      scratch.fill(0);
    },
  });
  await told.ended;
  server.close();
  expect(told.lines).toEqual(['opened', 'message 3 5 7 9', 'closed 4101 250 no error']);
});

test('nobody listens: one close with the error that says so', async () => {
  const told = listen();
  adaptWebSocket(openWebSocket, 'ws://127.0.0.1:1', 'tickbase.1', told.events);
  await told.ended;
  expect(told.lines).toHaveLength(1);
  expect(told.lines[0]).toMatch(/^closed 1006 /);
});

test('a platform that tells of an error and of no close, as Node 22 does when nobody listens', async () => {
  const told = listen();
  const failing = new EventTarget() as EventTarget & { send(): void; close(): void; binaryType: string };
  Object.assign(failing, { send: () => {}, close: () => {} });
  adaptWebSocket(() => failing, 'ws://x', 'tickbase.1', told.events);
  failing.dispatchEvent(Object.assign(new Event('error'), { message: '' }));
  await told.ended;
  failing.dispatchEvent(Object.assign(new Event('close'), { code: 1006, reason: '' }));
  expect(told.lines).toEqual(['closed 1006  error']);
});

function throwing(): never {
  throw new Error('no such address');
}

test('a factory that throws is told of as a close, when the caller has the socket', async () => {
  const told = listen();
  adaptWebSocket(throwing, 'x', 'tickbase.1', told.events);
  expect(told.lines).toEqual([]);
  await told.ended;
  expect(told.lines).toEqual(['closed 1006  error']);
});

test('without a WebSocket and without the package there is a coded error', async () => {
  vi.stubGlobal('WebSocket', undefined);
  vi.doMock('ws', () => {
    throw new Error('not installed');
  });
  const told = listen();
  adaptWebSocket(openWebSocket, 'ws://127.0.0.1:1', 'tickbase.1', told.events);
  await told.ended;
  expect(told.lines).toEqual(['closed 1006  WEBSOCKET_MISSING']);
});

test('a socket that is closed before the factory has made it closes as soon as it is there', async () => {
  const closed = vi.fn();
  const told = listen();
  const socket = adaptWebSocket(
    () => Promise.resolve({ binaryType: '', send: () => {}, close: closed, addEventListener: () => {} }),
    'ws://x',
    'tickbase.1',
    told.events,
  );
  socket.close(1000, 'never mind');
  await vi.waitFor(() => expect(closed).toHaveBeenCalledWith(1000, 'never mind'));
});

test('over `ws` a refused upgrade ends with the status and the beginning of the body', async () => {
  const server = createServer();
  server.on('upgrade', (_request, socket) => {
    const body = `{"message":"no database "lake""}${' '.repeat(500)}`;
    socket.write(`HTTP/1.1 404 Not Found\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const error = await new Promise<Error | null>((settle) => {
    adaptWebSocket((url, protocol) => new WebSocket(url, protocol), `ws://127.0.0.1:${port}`, 'tickbase.1', {
      opened() {},
      message() {},
      closed: (code, _reason, failure) => {
        expect(code).toBe(1006);
        settle(failure);
      },
    });
  });
  server.close();
  expect(error?.message).toMatch(/^HTTP 404: \{"message":"no database "lake""\} +$/);
  expect(error?.message.length).toBe('HTTP 404: '.length + 300);
});
