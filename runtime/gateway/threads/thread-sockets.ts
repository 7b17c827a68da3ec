import { Fault } from '@tickbase/base';
import { closeCode } from '@tickbase/protocol';
import { monotonicMs } from '../monotonic-ms.ts';
import type { GatewaySocket, HeldSocket, SocketEvents } from '../socket-port.ts';
import type { RingWriter } from './ring-writer.ts';
import {
  BACKLOG_COUNT,
  BACKLOGS,
  CLOSE,
  CLOSED,
  MARK,
  MARKED,
  MESSAGE,
  OPENED,
  RELEASE,
  SEND,
} from './thread-entries.ts';

/** The sockets of a socket thread: what the transport tells of them goes up as entries, what comes down is done to them. */
export class ThreadSockets implements SocketEvents {
  /** Messages of clients so far. */
  messageCount = 0;
  readonly #up: RingWriter;
  /** As ThreadTask has it. */
  readonly #backlogs: Int32Array;
  /** u8[…]: the ring of what comes down. */
  readonly #down: Uint8Array;
  /** Waits until there is room above; false: there never will be. */
  readonly #awaitRoom: () => boolean;
  /** By number; null: free, or gone and not released yet. */
  readonly #sockets: (GatewaySocket | null)[] = [];
  readonly #free: number[] = [];
  /** Of messages that come in several entries. */
  readonly #parts = new Map<number, Uint8Array[]>();
  /** Numbers of those whose kernel buffer is full. */
  readonly #slow = new Set<number>();

  constructor(parts: ThreadSocketsParts) {
    this.#up = parts.up;
    this.#backlogs = parts.backlogs;
    this.#down = parts.down;
    this.#awaitRoom = parts.awaitRoom;
  }

  get hasSlow(): boolean {
    return this.#slow.size > 0;
  }

  opened(socket: GatewaySocket): void {
    const id = this.#free.pop() ?? this.#sockets.length;
    if (BACKLOGS + id >= this.#backlogs.length) {
      socket.close(closeCode('OVERLOADED'), TOO_MANY);
      return;
    }
    this.#sockets[id] = socket;
    socket.holder = new Numbered(id);
    this.#tell(OPENED, id, 0, Buffer.from(socket.remoteAddress));
  }

  message(socket: HeldSocket, bytes: Uint8Array, isBinary: boolean): void {
    this.messageCount++;
    const { holder } = socket;
    if (holder instanceof Numbered) this.#tell(MESSAGE, holder.id, isBinary ? 1 : 0, bytes);
  }

  closed(socket: GatewaySocket, isClean: boolean): void {
    const { holder } = socket;
    if (!(holder instanceof Numbered)) return;
    const { id } = holder;
    this.#sockets[id] = null;
    this.#parts.delete(id);
    this.#note(id, 0);
    this.#tell(CLOSED, id, isClean ? 1 : 0, null);
  }

  /** Does what an entry from the tick's thread says. */
  take(kind: number, id: number, extra: number, start: number, length: number): void {
    switch (kind) {
      case SEND:
        this.#send(id, extra === 1, new Uint8Array(this.#down.buffer, this.#down.byteOffset + start, length));
        break;
      case CLOSE:
        this.#sockets[id]?.close(extra, Buffer.from(this.#down.slice(start, start + length)).toString());
        break;
      case RELEASE:
        this.#free.push(id);
        break;
      case MARK:
        this.#tell(MARKED, id, 0, new Uint8Array(Float64Array.of(monotonicMs()).buffer));
        break;
      default:
        throw new Fault(`there is no entry of kind ${kind}`);
    }
  }

  /** Says anew what the kernel has not taken yet. */
  lookAtSlow(): void {
    for (const id of this.#slow) this.#note(id, this.#sockets[id]?.bufferedBytes() ?? 0);
  }

  #send(id: number, goesOn: boolean, bytes: Uint8Array): void {
    const socket = this.#sockets[id] ?? null;
    if (socket === null) return;
    let message = bytes;
    if (goesOn || this.#parts.size > 0) {
      const parts = this.#parts.get(id);
      if (goesOn) {
        if (parts === undefined) this.#parts.set(id, [bytes.slice()]);
        else parts.push(bytes.slice());
        return;
      }
      if (parts !== undefined) {
        this.#parts.delete(id);
        message = Buffer.concat([...parts, bytes]);
      }
    }
    socket.send(message); // false: its end is told by the transport
    const buffered = socket.bufferedBytes();
    if (buffered > 0) this.#note(id, buffered);
  }

  #note(id: number, buffered: number): void {
    const had = this.#slow.has(id);
    if (buffered === 0 && !had) return;
    Atomics.store(this.#backlogs, BACKLOGS + id, Math.min(buffered, 0x7fffffff));
    if (buffered > 0 && !had) {
      this.#slow.add(id);
      Atomics.add(this.#backlogs, BACKLOG_COUNT, 1);
    } else if (buffered === 0) {
      this.#slow.delete(id);
      Atomics.sub(this.#backlogs, BACKLOG_COUNT, 1);
    }
  }

  /** While there is no room nothing is read from any socket either, so that whoever floods has to wait. */
  #tell(kind: number, id: number, extra: number, bytes: Uint8Array | null): void {
    while (!this.#up.put(kind, id, extra, bytes)) if (!this.#awaitRoom()) return;
  }
}

interface ThreadSocketsParts {
  readonly up: RingWriter;
  readonly down: Uint8Array;
  readonly backlogs: Int32Array;
  readonly awaitRoom: () => boolean;
}

/** By which entries name a socket. */
class Numbered {
  readonly id: number;

  constructor(id: number) {
    this.id = id;
  }
}

const TOO_MANY = 'TOO_MANY_CONNECTIONS: this socket thread has no room for another';
