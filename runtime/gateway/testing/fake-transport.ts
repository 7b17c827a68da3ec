import type { GatewaySocket, SocketEvents } from '../socket-port.ts';

/** Sockets in memory: what is sent arrives at once, unless the peer has stalled. Held to the same suite as the real one. */
export class FakeTransport {
  readonly #events: SocketEvents;
  readonly #bufferedBytesMax: number;

  constructor(events: SocketEvents, bufferedBytesMax = 4 * 1024 * 1024) {
    this.#events = events;
    this.#bufferedBytesMax = bufferedBytesMax;
  }

  connect(remoteAddress = '192.0.2.17'): FakePeer {
    return new FakePeer(this.#events, remoteAddress, this.#bufferedBytesMax);
  }
}

/** The client's end of a fake socket. */
export class FakePeer {
  readonly messages: Uint8Array[] = [];
  closeCode = 0;
  closeReason = '';
  readonly #events: SocketEvents;
  readonly #socket: FakeSocket;
  #isStalled = false;

  constructor(events: SocketEvents, remoteAddress: string, bufferedBytesMax: number) {
    this.#events = events;
    this.#socket = new FakeSocket(this, remoteAddress, bufferedBytesMax);
    events.opened(this.#socket);
  }

  get isClosed(): boolean {
    return this.#socket.isClosed;
  }

  /** What the stalled peer has not taken. */
  get waitingBytes(): number {
    return this.#socket.bufferedBytes();
  }

  send(bytes: Uint8Array, isBinary = true): void {
    if (!this.isClosed) this.#events.message(this.#socket, bytes, isBinary);
  }

  close(code: number): void {
    if (this.isClosed) return;
    this.closeCode = code;
    this.end(code === 1000 || code === 1001);
  }

  /** The link breaks without a word. */
  cut(): void {
    this.close(1006);
  }

  /** From now on the peer reads nothing. */
  stall(): void {
    this.#isStalled = true;
  }

  /** The peer reads on, and takes what has waited. */
  drain(): void {
    this.#isStalled = false;
    this.messages.push(...this.#socket.takeBuffered());
  }

  /** All messages since the last take. */
  take(): Uint8Array[] {
    return this.messages.splice(0);
  }

  /** The server's side has sent. True: it arrived. */
  arrived(bytes: Uint8Array): boolean {
    if (!this.#isStalled) this.messages.push(bytes);
    return !this.#isStalled;
  }

  end(isClean: boolean): void {
    this.#socket.isClosed = true;
    this.#events.closed(this.#socket, isClean);
  }
}

class FakeSocket implements GatewaySocket {
  readonly remoteAddress: string;
  holder: object | null = null;
  isClosed = false;
  readonly #peer: FakePeer;
  readonly #bufferedBytesMax: number;
  #buffered: Uint8Array[] = [];
  #bufferedBytes = 0;

  constructor(peer: FakePeer, remoteAddress: string, bufferedBytesMax: number) {
    this.#peer = peer;
    this.remoteAddress = remoteAddress;
    this.#bufferedBytesMax = bufferedBytesMax;
  }

  send(bytes: Uint8Array): boolean {
    if (this.isClosed) return false;
    if (this.#bufferedBytes > this.#bufferedBytesMax) {
      this.#peer.cut();
      return false;
    }
    const copy = bytes.slice();
    if (this.#peer.arrived(copy)) return true;
    this.#buffered.push(copy);
    this.#bufferedBytes += copy.length;
    return true;
  }

  bufferedBytes(): number {
    return this.isClosed ? 0 : this.#bufferedBytes;
  }

  close(code: number, reason: string): void {
    if (this.isClosed) return;
    this.#peer.closeCode = code;
    this.#peer.closeReason = reason;
    this.#peer.end(false);
  }

  takeBuffered(): Uint8Array[] {
    const taken = this.#buffered;
    this.#buffered = [];
    this.#bufferedBytes = 0;
    return taken;
  }
}
