import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { ByteWriter } from '@tickbase/base';
import { decodeClientMessage, encodeSection, SUBPROTOCOL } from '@tickbase/protocol';
import { expect, test, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { LightBot } from './light-bot.ts';

/** A section of a tick with a piece of so many bytes. */
function messageOf(tick: number, pieceBytes: number): Uint8Array {
  const piece = new Uint8Array(8 + pieceBytes);
  new DataView(piece.buffer).setUint32(4, pieceBytes, true);
  const writer = new ByteWriter();
  const head = { tick, durableTick: tick, serverTimeUs: 1n, callsProcessed: 0, timeScale: 1, flags: 0 };
  const nothing = { results: [], watches: [], unwatches: [], ownRows: [], applied: [], ended: [] };
  encodeSection(writer, { ...nothing, head, welcome: null, subscriptionErrors: [], queryAnswers: [] }, [piece], 1);
  return writer.copy();
}

test('a slow reader takes message after message, and acknowledges what it has read', async () => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, handleProtocols: () => SUBPROTOCOL });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const receipts: number[] = [];
  server.on('connection', (socket) => {
    socket.on('message', (data: Buffer) => void receipts.push(decodeClientMessage(data).receiptTick));
    for (let tick = 1; tick <= 12; tick++) socket.send(messageOf(tick, 2000));
  });
  const bot = new LightBot(`ws://127.0.0.1:${port}`, false, { bytesPerSecondMax: 20_000 });
  bot.live().catch(() => {}); // nobody welcomes it
  const ticks: number[] = [];
  const bytes: number[] = [];
  bot.onSection = ({ tick }, pieceBytes) => {
    ticks.push(tick);
    bytes.push(pieceBytes);
  };
  // All have been sent at once: what it has acknowledged is behind what is there for it.
  await vi.waitUntil(() => receipts.some((tick) => tick > 0 && tick < 12), { interval: 5, timeout: 20_000 });
  await vi.waitUntil(() => ticks.length === 12, { interval: 5, timeout: 20_000 });
  expect(ticks).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
  expect(bytes).toEqual(ticks.map(() => 2008)); // each with its header
  expect(receipts).toEqual(receipts.toSorted((a, b) => a - b));
  bot.close();
  server.close();
});

test('who has nothing to say acknowledges what it got, also when nothing follows', async () => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, handleProtocols: () => SUBPROTOCOL });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const receipts: number[] = [];
  server.on('connection', (socket) => {
    socket.on('message', (data: Buffer) => {
      const { receiptTick, items } = decodeClientMessage(data);
      receipts.push(receiptTick);
      // At once after something that the bot has said itself.
      if (items.length > 0) for (const tick of [7, 8]) socket.send(messageOf(tick, 16));
    });
  });
  const bot = new LightBot(`ws://127.0.0.1:${port}`, false);
  bot.live().catch(() => {});
  await vi.waitUntil(() => receipts.includes(8), { interval: 5, timeout: 20_000 });
  expect(receipts).toEqual([0, 8]);
  bot.close();
  server.close();
});
