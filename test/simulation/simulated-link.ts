import type { Prng } from '@tickbase/base';
import type { FakeSocket } from '../../clients/typescript/testing/fake-environment.ts';
import type { FakePeer, FakeTransport } from '../../runtime/gateway/testing/fake-transport.ts';

interface Parcel {
  readonly atMs: number;
  readonly bytes: Uint8Array;
  /** What the disk had when it left. */
  readonly durableTick: number;
}

/**
 * One socket between a client and the server: messages take their time and keep their order. When it is cut, what is under way is
 * lost, and each side hears of it when it does.
 */
export class SimulatedLink {
  /** The client has heard its end. */
  isOver = false;
  /** Messages of the server that a cut lost. */
  lostCount = 0;
  readonly #socket: FakeSocket;
  readonly #transport: FakeTransport;
  readonly #prng: Prng;
  readonly #latencyMs: number;
  readonly #jitterMs: number;
  readonly #opensAtMs: number;
  #peer: FakePeer | null = null;
  #up: Parcel[] = [];
  #down: Parcel[] = [];
  /** When each side hears of the cut; Infinity: not cut. */
  #serverHearsAtMs = Infinity;
  #clientHearsAtMs = Infinity;
  #isCut = false;
  #stalledUntilMs = 0;
  #isCloseUnderWay = false;

  constructor(socket: FakeSocket, transport: FakeTransport, prng: Prng, nowMs: number) {
    this.#socket = socket;
    this.#transport = transport;
    this.#prng = prng;
    this.#latencyMs = prng.pick([0, 0, 20, 60, 200]);
    this.#jitterMs = prng.pick([0, 0, 15, 120]);
    this.#opensAtMs = nowMs + prng.int(0, 40);
  }

  get isOpen(): boolean {
    return this.#peer !== null && !this.#isCut && !this.isOver;
  }

  /** Both sides are through with it. */
  get isDone(): boolean {
    if (this.#peer === null) return this.isOver || this.#socket.closedBy !== null;
    return this.#peer.isClosed && (this.isOver || this.#socket.closedBy !== null);
  }

  get isStalled(): boolean {
    return this.#stalledUntilMs > 0;
  }

  /** The link breaks. A side that is told late goes on for a while as if nothing was. */
  cut(nowMs: number): void {
    if (this.#isCut) return;
    this.#isCut = true;
    this.lostCount += this.#down.length;
    this.#down = [];
    this.#up = [];
    const lateMs = (): number => (this.#prng.int(0, 1) === 0 ? 0 : this.#prng.int(1, 900));
    this.#serverHearsAtMs = nowMs + lateMs();
    this.#clientHearsAtMs = nowMs + lateMs();
  }

  /** The client takes nothing for a while. */
  stall(nowMs: number, forMs: number): void {
    if (this.#peer === null || this.isStalled) return;
    this.#stalledUntilMs = nowMs + forMs;
    this.#peer.stall();
  }

  /** Carries to the server what has arrived there by now. */
  toServer(nowMs: number): void {
    if (this.#peer === null) {
      if (nowMs < this.#opensAtMs || this.isOver || this.#socket.closedBy !== null) return;
      this.#peer = this.#transport.connect();
      this.#socket.opened();
    }
    for (const bytes of this.#socket.sent.splice(0)) {
      if (!this.#isCut) this.#up.push({ atMs: this.#arrival(nowMs, this.#up), bytes, durableTick: 0 });
    }
    while (this.#up.length > 0 && this.#up[0]!.atMs <= nowMs) this.#peer.send(this.#up.shift()!.bytes);
    if (this.isStalled && nowMs >= this.#stalledUntilMs) {
      this.#stalledUntilMs = 0;
      this.#peer.drain();
    }
    const { closedBy } = this.#socket;
    if (closedBy !== null && !this.#isCut && this.#up.length === 0) this.#peer.close(closedBy.code);
    if (nowMs >= this.#serverHearsAtMs) this.#peer.cut();
  }

  /** Carries to the client what the server has sent, and what has arrived by now. */
  toClient(nowMs: number, durableTick: number, hand: (bytes: Uint8Array, durableTick: number) => void): void {
    if (this.#peer === null) return;
    for (const bytes of this.#peer.take()) {
      if (this.#isCut) this.lostCount++;
      else this.#down.push({ atMs: this.#arrival(nowMs, this.#down), bytes, durableTick });
    }
    while (this.#down.length > 0 && this.#down[0]!.atMs <= nowMs) {
      const parcel = this.#down.shift()!;
      hand(parcel.bytes, parcel.durableTick);
    }
    if (this.isOver) return;
    if (this.#peer.isClosed && !this.#isCut && this.#down.length === 0) {
      // The close is one message more.
      if (this.#isCloseUnderWay) this.#end(this.#peer.closeCode, this.#peer.closeReason);
      this.#isCloseUnderWay = true;
    } else if (nowMs >= this.#clientHearsAtMs) this.#end(1006, '');
  }

  receive(bytes: Uint8Array): void {
    this.#socket.receive(bytes);
  }

  #end(code: number, reason: string): void {
    this.isOver = true;
    this.#socket.lost(code, reason);
  }

  #arrival(nowMs: number, queue: readonly Parcel[]): number {
    const delayMs = this.#latencyMs + (this.#jitterMs === 0 ? 0 : this.#prng.int(0, this.#jitterMs));
    return Math.max(nowMs + delayMs, queue.at(-1)?.atMs ?? 0);
  }
}
