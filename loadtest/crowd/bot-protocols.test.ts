import { decodeClientMessage, decodeServerMessage } from '@tickbase/protocol';
import { expect, test } from 'vitest';
import { WorldInProcess } from '../bench/world-in-process.ts';
import { protocolOf } from './bot-protocols.ts';
import type { RawLink } from './raw-link.ts';

test('a bot of Tickbase joins by what the server says, and names in each input the tick of the last message that it merely counted; a bare one sends as much', async () => {
  const world = await WorldInProcess.open('crowd');
  const socket = world.connect();
  const bot = protocolOf('tickbase', 3, 200);
  const bare = protocolOf('bare', 3, 200);
  const sent: Uint8Array[] = [];
  const link = { send: (bytes: Uint8Array) => void sent.push(bytes.slice()) } as unknown as RawLink;
  const seen = { isIn: false, headTick: 0 };
  socket.onMessage = (bytes) => {
    decodeServerMessage(bytes, ({ head }) => (seen.headTick = head.tick));
    // As in the stream of a socket: something lies before it.
    const stream = new Uint8Array(bytes.length + 5);
    stream.set(bytes, 5);
    if (seen.isIn) bot.peek(stream, 5);
    else seen.isIn = bot.message(link, bytes.slice());
  };
  while (!seen.isIn) {
    world.tick();
    for (const message of sent.splice(0)) socket.sayBytes(message);
  }
  for (let turn = 0; turn < 5; turn++) {
    world.tick();
    bot.input(link, 1.5, turn);
    const bytes = sent.pop()!;
    socket.sayBytes(bytes);
    const message = decodeClientMessage(bytes);
    expect(message.receiptTick).toBe(seen.headTick);
    expect(message.items).toHaveLength(1);
    expect(bare.message(link, new Uint8Array(9))).toBe(true);
    bare.input(link, 1.5, turn);
    expect(sent.pop()).toHaveLength(bytes.length);
  }
  expect(seen.headTick).toBeGreaterThan(4);
});
