import { afterEach, describe, expect, test, vi } from 'vitest';
import type { GatewaySocket, HeldSocket, SocketEvents } from '../socket-port.ts';

/** What every transport must do, real or fake. `start` serves the events until `stop`; its buffer limit is 1 MB. */
export function socketConformance(name: string, start: (events: SocketEvents) => Promise<StartedTransport>): void {
  describe(`${name} keeps the socket's contract`, () => {
    let running: StartedTransport | null = null;
    afterEach(async () => {
      await running?.stop();
      running = null;
    });

    async function open(react: Reaction = () => {}): Promise<{ log: EventLog; peer: TransportPeer }> {
      const log = new EventLog(react);
      running = await start(log);
      const peer = await running.connect();
      await vi.waitFor(() => expect(log.socket).not.toBe(null));
      return { log, peer };
    }

    test('a socket is told as opened, with its address, before anything else', async () => {
      const { log, peer } = await open();
      peer.send(Uint8Array.of(3, 1, 4));
      await vi.waitFor(() => expect(log.lines).toEqual(['opened', 'message 3,1,4']));
      expect(log.socket!.remoteAddress).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
    });

    test('messages keep their borders, their order and their kind, in both directions', async () => {
      const { log, peer } = await open();
      peer.send(Uint8Array.of(7));
      peer.send(new Uint8Array(0));
      peer.send(Uint8Array.of(8, 9));
      peer.sendText('hello');
      await vi.waitFor(() => expect(log.lines.slice(1)).toEqual(['message 7', 'message ', 'message 8,9', 'text 5']));
      log.socket!.send(Uint8Array.of(1));
      log.socket!.send(Uint8Array.of(2, 3));
      await vi.waitFor(() => expect(peer.messages().map(String)).toEqual(['1', '2,3']));
    });

    test('a message comes with the holder that its socket was given last', async () => {
      const [first, second] = [{}, {}];
      const { log, peer } = await open((socket) => (socket.holder = socket.holder === first ? second : first));
      for (let i = 0; i < 3; i++) peer.send(Uint8Array.of(i));
      await vi.waitFor(() => expect(log.lines.length).toBe(4));
      expect(log.holders.map((holder) => [first, second].indexOf(holder!))).toEqual([-1, 0, 1]);
    });

    test('bytes are copied before send returns', async () => {
      const { log, peer } = await open();
      const scratch = Uint8Array.of(5, 6, 7);
      log.socket!.send(scratch.subarray(1));
      scratch.fill(99);
      await vi.waitFor(() => expect(peer.messages().map(String)).toEqual(['6,7']));
    });

    test('a close by the server reaches the client with its code and reason, and is the last event', async () => {
      const { log, peer } = await open();
      log.socket!.close(4077, 'SLOW: näh');
      log.socket!.close(4078, 'again');
      await vi.waitFor(() => expect(peer.closed()).toEqual({ code: 4077, reason: 'SLOW: näh' }));
      await vi.waitFor(() => expect(log.lines).toEqual(['opened', 'closed unclean']));
    });

    test('a socket may be closed while its message is handled', async () => {
      const { log, peer } = await open((socket) => socket.close(4011, 'no'));
      peer.send(Uint8Array.of(1));
      await vi.waitFor(() => expect(peer.closed()).toEqual({ code: 4011, reason: 'no' }));
      expect(log.lines).toEqual(['opened', 'message 1', 'closed unclean']);
    });

    test('a closed socket takes nothing and throws nothing', async () => {
      const { log, peer } = await open();
      peer.cut();
      await vi.waitFor(() => expect(log.lines).toEqual(['opened', 'closed unclean']));
      expect(log.socket!.send(Uint8Array.of(1))).toBe(false);
      expect(log.socket!.bufferedBytes()).toBe(0);
      log.socket!.close(4000, 'late');
      expect(log.lines).toHaveLength(2);
    });

    test.each([
      [1000, 'clean'],
      [1001, 'clean'],
      [4242, 'unclean'],
    ])('a client that closes with %i is told as %s', async (code, word) => {
      const { log, peer } = await open();
      peer.close(code);
      await vi.waitFor(() => expect(log.lines).toEqual(['opened', `closed ${word}`]));
    });

    test('what a stalled client does not take is counted, and arrives in order when it reads on', async () => {
      const { log, peer } = await open();
      peer.stall();
      let sentCount = 0;
      while (log.socket!.bufferedBytes() < 100_000 && sentCount < 1_000) {
        expect(log.socket!.send(new Uint8Array(64 * 1024).fill(sentCount++ % 251))).toBe(true);
      }
      expect(log.socket!.bufferedBytes()).toBeGreaterThanOrEqual(100_000);
      peer.drain();
      await vi.waitFor(() => expect(peer.messages()).toHaveLength(sentCount), { timeout: 10_000 });
      expect(peer.messages().every((message, i) => message[0] === i % 251)).toBe(true);
      await vi.waitFor(() => expect(log.socket!.bufferedBytes()).toBe(0));
    });

    test('a socket over its buffer limit says so and is closed', async () => {
      const { log, peer } = await open();
      peer.stall();
      let isTaken = true;
      for (let i = 0; i < 2_000 && isTaken; i++) isTaken = log.socket!.send(new Uint8Array(64 * 1024));
      expect(isTaken).toBe(false);
      peer.drain();
      await vi.waitFor(() => expect(log.lines).toEqual(['opened', 'closed unclean']), { timeout: 10_000 });
    });
  });
}

export interface StartedTransport {
  connect(): Promise<TransportPeer>;
  stop(): Promise<void>;
}

/** A client of the transport under test. */
export interface TransportPeer {
  send(bytes: Uint8Array): void;
  sendText(text: string): void;
  close(code: number): void;
  cut(): void;
  stall(): void;
  drain(): void;
  messages(): readonly Uint8Array[];
  closed(): { code: number; reason: string } | null;
}

type Reaction = (socket: GatewaySocket) => void;

class EventLog implements SocketEvents {
  readonly lines: string[] = [];
  /** With which each message came. */
  readonly holders: (object | null)[] = [];
  socket: GatewaySocket | null = null;
  readonly #react: Reaction;

  constructor(react: Reaction) {
    this.#react = react;
  }

  opened(socket: GatewaySocket): void {
    this.socket = socket;
    this.lines.push('opened');
  }

  message({ holder }: HeldSocket, bytes: Uint8Array, isBinary: boolean): void {
    this.holders.push(holder ?? null);
    this.lines.push(isBinary ? `message ${bytes.join(',')}` : `text ${bytes.length}`);
    this.#react(this.socket!);
  }

  closed(_socket: GatewaySocket, isClean: boolean): void {
    this.lines.push(isClean ? 'closed clean' : 'closed unclean');
  }
}
