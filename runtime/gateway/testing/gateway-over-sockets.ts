import { connect as connectTcp } from 'node:net';
import { decodeServerMessage, encodeClientMessage, newHello, type ClientItem, type Section } from '@tickbase/protocol';
import { ByteWriter } from '@tickbase/base';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { UwsTransport, UwsTransportOptions } from '../uws-transport.ts';
import { GatewayStage } from './gateway-stage.ts';
import { POKE } from './stage-plan.ts';

/** What comes over this machine's sockets is there within a few milliseconds, and waited for longer. */
const SOON = { interval: 3, timeout: 20_000 };

let stage: GatewayStage;
/** Sockets that the transport has told of, and not of their end. */
let openCount = 0;
let transport: UwsTransport;
let honest: RawClient;
const clients: RawClient[] = [];

class RawClient {
  readonly ws: WebSocket;
  readonly sections: Section[] = [];
  closed: { code: number; reason: string } | null = null;

  constructor() {
    this.ws = new WebSocket(`ws://127.0.0.1:${transport.port}/v1/database/pond/subscribe`, 'tickbase.1');
    this.ws.on('message', (bytes: Buffer) =>
      decodeServerMessage(new Uint8Array(bytes), (section) => this.sections.push(section)),
    );
    this.ws.on('close', (code, reason) => (this.closed = { code, reason: reason.toString() }));
    this.ws.on('error', () => {});
    clients.push(this);
  }

  async opened(): Promise<this> {
    await vi.waitFor(() => expect(this.ws.readyState).toBe(this.ws.OPEN), SOON);
    return this;
  }

  async joined(): Promise<this> {
    await this.opened();
    this.send(newHello());
    await vi.waitFor(() => {
      stage.runTick();
      expect(this.sections.length).toBeGreaterThan(0);
    }, SOON);
    return this;
  }

  send(...items: ClientItem[]): void {
    const writer = new ByteWriter();
    encodeClientMessage(writer, { receiptTick: this.sections.at(-1)?.head.tick ?? 0, items });
    this.ws.send(writer.copy());
  }
}

let honestCalls = 0;

async function honestIsServed(): Promise<void> {
  const sequence = ++honestCalls;
  honest.send({ kind: 'call', sequence, reducerId: POKE, args: Uint8Array.of(1) });
  await vi.waitFor(() => {
    stage.runTick();
    expect(honest.sections.flatMap((section) => section.results).at(-1)).toMatchObject({
      sequence,
      status: 'committed',
    });
  }, SOON);
  expect(stage.faults).toEqual([]);
}

/** The gateway on real sockets, with a fake tick that each test runs by hand. Attackers come beside an honest client. */
export function gatewayOverSockets(
  name: string,
  listen: (options: UwsTransportOptions) => Promise<UwsTransport>,
): void {
  describe(`the gateway over ${name}`, () => {
    beforeAll(async () => {
      transport = await listen({
        host: '127.0.0.1',
        port: 0,
        database: 'pond',
        limits: new GatewayStage({ limits: LIMITS }).gateway.limits,
        events: {
          opened: (socket) => {
            openCount++;
            stage.gateway.opened(socket);
          },
          message: (socket, bytes, isBinary) => stage.gateway.message(socket, bytes, isBinary),
          closed: (socket, isClean) => {
            openCount--;
            stage.gateway.closed(socket, isClean);
          },
        },
        health: () => ({ status: 'ok', database: 'pond', epoch: '', tick: 0, tickRate: 20, tickP99Ms: 0, clients: 0 }),
      });
    });

    afterAll(() => transport.close());

    beforeEach(async () => {
      stage = new GatewayStage({ limits: LIMITS });
      honestCalls = 0;
      honest = await new RawClient().joined();
    });

    afterEach(async () => {
      for (const client of clients.splice(0)) client.ws.terminate();
      await vi.waitFor(() => expect(openCount).toBe(0), SOON);
    });

    test.each<[string, (ws: WebSocket) => unknown, number, RegExp]>([
      ['a text message', (ws) => ws.send('hello'), 4000, /^TEXT_MESSAGE: /],
      ['random bytes', (ws) => ws.send(Uint8Array.from({ length: 99 }, (_, i) => (i * 73) & 255)), 4000, /^WIRE_/],
      ['an empty message', (ws) => ws.send(new Uint8Array(0)), 4000, /^WIRE_/],
      ['a message a little too long', (ws) => ws.send(new Uint8Array(65_537)), 4007, /^MESSAGE_TOO_LONG: /],
      ['a message far too long', (ws) => ws.send(new Uint8Array(1_000_000)), 1006, /^/],
      ['a flood of pings', (ws) => Array.from({ length: 300 }, () => ws.ping()), 4007, /^RATE_LIMITED: .* pings/],
    ])('%s is answered with a close, and others notice nothing', async (_what, attack, code, reason) => {
      const attacker = await new RawClient().opened();
      attack(attacker.ws);
      await vi.waitFor(() => expect(attacker.closed).not.toBe(null), SOON);
      expect(attacker.closed!.code).toBe(code);
      expect(attacker.closed!.reason).toMatch(reason);
      await honestIsServed();
    });

    test.each([
      ['an unmasked frame', [0x82, 0x05, 1, 2, 3, 4, 5]],
      ['a reserved opcode', [0x83, 0x80, 0, 0, 0, 0]],
      ['a reserved bit', [0xc2, 0x80, 0, 0, 0, 0]],
      ['a length of 2^63', [0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
      ['a length of 2^40', [0x82, 0xff, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
      ['a fragmented ping', [0x09, 0x80, 0, 0, 0, 0]],
      ['a continuation of nothing', [0x80, 0x80, 0, 0, 0, 0]],
      ['a close frame of one byte', [0x88, 0x81, 0, 0, 0, 0, 7]],
    ])('%s ends that socket alone', async (_what, frame) => {
      const socket = connectTcp(transport.port, '127.0.0.1');
      let isEnded = false;
      socket.on('close', () => (isEnded = true));
      socket.on('error', () => {});
      socket.write(
        'GET /v1/database/pond/subscribe HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
          'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: tickbase.1\r\n\r\n',
      );
      await new Promise((settle) => socket.once('data', settle));
      socket.write(Uint8Array.from(frame));
      // Some are only seen to be wrong by what follows.
      socket.write(new Uint8Array(64).fill(0xff));
      socket.resume();
      await vi.waitFor(() => expect(isEnded || socket.readableEnded).toBe(true), SOON);
      await honestIsServed();
      socket.destroy();
    });

    test('a client that reads nothing is passed over and then closed, while the other gets every tick', async () => {
      const slow = await new RawClient().joined();
      const viewers = [...stage.viewers.log.keys()];
      slow.ws.pause();
      let ticks = 0;
      const { refusals } = stage.gateway.metrics;
      while (!refusals.has('SLOW_CLIENT') && ticks < 20_000) {
        for (let i = 0; i < 40; i++) {
          for (const viewer of viewers) {
            if (viewer === viewers[0]) stage.viewers.change(viewer, ++ticks);
            else for (let news = 0; news < 16_000; news++) stage.viewers.change(viewer, news);
          }
          stage.nowMs += 50;
          stage.gateway.sweep();
          stage.runTick();
        }
        await new Promise((settle) => setTimeout(settle, 5));
        honest.send();
      }
      expect(refusals.get('SLOW_CLIENT')).toBe(1);
      expect(stage.gateway.clientCount).toBe(1);
      await honestIsServed();
      const news = honest.sections.flatMap((section) => section.unwatches);
      expect(news).toEqual(Array.from({ length: ticks }, (_, i) => i + 1));
    });
  });
}

const LIMITS = { bufferedBytesHard: 512 * 1024, bufferedBytesSoft: 64 * 1024 };
