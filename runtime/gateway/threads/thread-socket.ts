import type { GatewaySocket } from '../socket-port.ts';
import type { SocketThread } from './socket-thread.ts';

/** A socket of another thread behind the gateway's port. */
export class ThreadSocket implements GatewaySocket {
  holder: object | null = null;
  readonly remoteAddress: string;
  /** Its number in the thread. */
  readonly id: number;
  /** It was closed from here, or is gone: nothing that comes of it counts any more. */
  isOver = false;
  /** Bytes that the thread may not have taken up yet, and up to where in the ring they lie; Infinity: they wait for room in it. */
  pendingBytes = 0;
  pendingUntil = 0;
  readonly #thread: SocketThread;

  constructor(thread: SocketThread, id: number, remoteAddress: string) {
    this.#thread = thread;
    this.id = id;
    this.remoteAddress = remoteAddress;
  }

  send(bytes: Uint8Array): boolean {
    return !this.isOver && this.#thread.send(this, bytes);
  }

  bufferedBytes(): number {
    return this.isOver ? 0 : this.#thread.bufferedBytes(this);
  }

  close(code: number, reason: string): void {
    if (this.isOver) return;
    this.isOver = true;
    this.#thread.end(this, code, reason);
  }
}
