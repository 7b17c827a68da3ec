import { afterEach, expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { frameBytes } from '../frame-bytes.ts';
import { RawLink } from './raw-link.ts';

const open: { close(): void }[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

async function linked(): Promise<{
  link: RawLink;
  server: WebSocket;
  told: string[];
  until: (text: string) => Promise<void>;
}> {
  const host = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await new Promise((resolve) => host.once('listening', resolve));
  const came = new Promise<WebSocket>((resolve) => host.once('connection', resolve));
  const told: string[] = [];
  const waiting: (() => void)[] = [];
  const tell = (text: string): void => {
    told.push(text);
    waiting.pop()?.();
  };
  const { port } = host.address() as { port: number };
  const link = new RawLink(port, '/', '', {
    open: () => tell('open'),
    message: (bytes) => tell(`message of ${bytes.length}, ${bytes[0]} to ${bytes.at(-1)}`),
    peek: (bytes, start, end) => tell(`peek at ${end - start}, ${bytes[start]}`),
    lost: (why) => tell(why),
  });
  open.push(link, host);
  const until = async (text: string): Promise<void> => {
    while (!told.includes(text)) await new Promise<void>((resolve) => (waiting[0] = resolve));
  };
  return { link, server: await came, told, until };
}

test('messages of all lengths are put together, or only counted', async () => {
  const { link, server, told, until } = await linked();
  const lengths = [1, 125, 126, 65_535, 65_536, 900_000];
  for (const length of lengths) server.send(new Uint8Array(length).fill(7, 0, 1).fill(9, length - 1));
  await until('message of 900000, 7 to 9');
  expect(told).toEqual([
    'open',
    'message of 1, 9 to 9',
    ...lengths.slice(1).map((length) => `message of ${length}, 7 to 9`),
  ]);
  expect(link.counts).toEqual({ messages: 6, bytes: lengths.reduce((sum, length) => sum + frameBytes(length), 0) });
  link.wantsMessages = false;
  server.send(new Uint8Array(300).fill(8));
  await until('peek at 160, 8');
  expect(link.counts.messages).toBe(7);
});

test('what it sends arrives, a ping is answered, and an end is told with its reason', async () => {
  const { link, server, until } = await linked();
  const heard = new Promise<string>((resolve) => server.on('message', (data: Buffer) => resolve(data.toString())));
  await until('open');
  link.send(Buffer.from('x'.repeat(300)), true);
  expect(await heard).toBe('x'.repeat(300));
  const answered = new Promise((resolve) => server.once('pong', resolve));
  server.ping();
  await answered;
  server.close(4007, 'TOO_MUCH');
  await until('the server closed the link with 4007 TOO_MUCH');
});

test('a link that has left the event loop takes what has come when it is read, sends as ever, and tells of its end', async () => {
  const { link, server, told, until } = await linked();
  await until('open');
  link.leaveLoop();
  link.read();
  expect(told).toEqual(['open']);
  const heard = new Promise<Buffer>((resolve) => server.on('message', resolve));
  link.send(Buffer.from('x'.repeat(60_000)));
  expect((await heard).length).toBe(60_000);
  server.send(new Uint8Array(300).fill(8));
  server.send(new Uint8Array(5).fill(9));
  const readUntil = async (text: string): Promise<void> => {
    while (!told.includes(text)) {
      await new Promise((resolve) => setImmediate(resolve));
      link.read();
    }
  };
  await readUntil('message of 5, 9 to 9');
  expect(told).toEqual(['open', 'message of 300, 8 to 8', 'message of 5, 9 to 9']);
  server.terminate();
  await readUntil('the link was closed');
});

test('whether a message is wanted is settled when it begins; one that comes in parts ends the link', async () => {
  const { link, server, told, until } = await linked();
  await until('open');
  server.send(new Uint8Array(900_000).fill(7));
  const mayEnd = until('message of 900000, 7 to 7');
  while (link.counts.messages === 0) await new Promise((resolve) => setImmediate(resolve));
  link.wantsMessages = false;
  await mayEnd;
  server.send('a', { fin: false });
  await until('a message came in parts');
  expect(told).toHaveLength(4);
});
