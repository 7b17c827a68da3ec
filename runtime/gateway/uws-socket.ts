import { closeCode } from '@tickbase/protocol';
import type { GatewaySocket, HeldSocket } from './socket-port.ts';
import { utf8Of } from './utf8-of.ts';

/** A uWebSockets.js socket behind the gateway's port. Its native side may be touched only until its close event. */
export class UwsSocket implements GatewaySocket {
  readonly remoteAddress: string;
  /** Set by open, cleared by close. */
  native: NativeSocket | null = null;
  #holder: object | null = null;
  #pingCount = 0;
  #pingWindowEndMs = 0;
  /** False while the kernel has taken everything, so that most ticks need not ask. */
  #hasBacklog = false;

  constructor(remoteAddress: string) {
    this.remoteAddress = remoteAddress;
  }

  get holder(): object | null {
    return this.#holder;
  }

  /** Noted on the native side's object, too: a message comes with that one, and needs no look at this. */
  set holder(holder: object | null) {
    this.#holder = holder;
    if (this.native !== null) this.native.holder = holder;
  }

  send(bytes: Uint8Array): boolean {
    if (this.native === null) return false;
    const status = this.native.send(bytes, true, false);
    if (status !== SENT) this.#hasBacklog = true;
    return status !== DROPPED;
  }

  bufferedBytes(): number {
    if (!this.#hasBacklog || this.native === null) return 0;
    return this.native.getBufferedAmount();
  }

  close(code: number, reason: string): void {
    this.native?.end(code, utf8Of(reason));
  }

  /** The client's ping, which the library has answered already. A flood of them would never reach the gateway. */
  pinged(nowMs: number): void {
    if (nowMs >= this.#pingWindowEndMs) {
      this.#pingWindowEndMs = nowMs + PING_WINDOW_MS;
      this.#pingCount = 0;
    }
    if (++this.#pingCount > PINGS_MAX) this.close(closeCode('TOO_MUCH'), PING_FLOOD);
  }

  /** The transport's drain event. */
  drained(): void {
    if (this.native !== null && this.native.getBufferedAmount() === 0) this.#hasBacklog = false;
  }
}

/** What is used of uWebSockets.js's own socket. */
export interface NativeSocket extends HeldSocket {
  /** 1: sent, 0: waits in the buffer, 2: dropped for the backpressure limit. */
  send(message: Uint8Array, isBinary: boolean, compress: boolean): number;
  getBufferedAmount(): number;
  end(code: number, reason: Uint8Array): void;
}

const PING_WINDOW_MS = 10_000;
/** In one window; an honest client sends one or two. */
const PINGS_MAX = 100;
const PING_FLOOD = `RATE_LIMITED: more than ${PINGS_MAX} pings in ${PING_WINDOW_MS / 1_000} s`;

const SENT = 1;
const DROPPED = 2;
