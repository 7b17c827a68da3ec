import { randomBytes } from 'node:crypto';
import { readSync, writeSync } from 'node:fs';
import { connect, type Socket } from 'node:net';

export interface RawLinkEvents {
  /** The upgrade was taken. */
  open(): void;
  /** A whole message, of those that begin while `wantsMessages`. Its bytes are the link's again afterwards. */
  message(bytes: Uint8Array): void;
  /** The first bytes of each other message, PEEK_BYTES or all there are; not when they come in two parts. */
  peek(bytes: Uint8Array, start: number, end: number): void;
  /** The link is gone. */
  lost(why: string): void;
}

export interface LinkCounts {
  /** Messages of the server. */
  messages: number;
  /** Payload and headers, as the server sent them. */
  bytes: number;
}

/** Bytes of a message that `peek` is shown. */
const PEEK_BYTES = 160;
/** One for all links: what is read is looked at before the next link reads. */
const READ_BUFFER = new Uint8Array(1 << 18);
/** The same for what is sent past the event loop. */
const WRITE_BUFFER = Buffer.alloc((1 << 16) + 8);
const OPCODE_CONTINUED = 0;
const OPCODE_TEXT = 1;
const OPCODE_BINARY = 2;
const OPCODE_CLOSE = 8;
const OPCODE_PING = 9;
const OPCODE_PONG = 10;
const FIN = 0x80;
const MASKED = 0x80;
/** A mask of zeros leaves the payload as it is. */
const MASK_BYTES = 4;

/**
 * A WebSocket link that costs as little as may be, so that thousands of clients fit beside the server that they measure: it counts messages and bytes,
 * and puts a message together only while it is asked to. A message is one frame: a server that sends it in several has lost the link.
 */
export class RawLink {
  readonly counts: LinkCounts = { messages: 0, bytes: 0 };
  wantsMessages = true;
  readonly #socket: Socket;
  readonly #events: RawLinkEvents;
  /** The socket's descriptor, once it is none of the event loop's. */
  #descriptor = -1;
  /** The answer to the upgrade as far as it has come; null once it is over. */
  #upgrade: string | null = '';
  /** Of the frame that is coming: its header so far, then how much of its payload is missing. */
  readonly #header = new Uint8Array(10);
  #headerLength = 0;
  #rest = 0;
  #opcode = 0;
  /** What is coming is a message that somebody wants. */
  #isWanted = false;
  /** That message so far. */
  #parts: Uint8Array[] = [];

  constructor(port: number, path: string, subprotocol: string, events: RawLinkEvents) {
    this.#events = events;
    this.#socket = connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      onread: {
        buffer: READ_BUFFER,
        callback: (length) => {
          this.#take(READ_BUFFER, length);
          return true;
        },
      },
    });
    const key = randomBytes(16).toString('base64');
    const lines = [
      `GET ${path} HTTP/1.1`,
      `Host: 127.0.0.1:${port}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${key}`,
      ...(subprotocol === '' ? [] : [`Sec-WebSocket-Protocol: ${subprotocol}`]),
    ];
    this.#socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    this.#socket.on('error', (error) => events.lost(error.message));
    this.#socket.on('close', () => events.lost('the link was closed'));
  }

  /** Sends a message of less than 64 KB. */
  send(payload: Uint8Array, isText = false): void {
    this.#sendFrame(isText ? OPCODE_TEXT : OPCODE_BINARY, payload);
  }

  /**
   * Takes the link from the event loop: from here on it is read when `read` is called, and what it sends goes to the kernel at once. One call of the kernel
   * for each, without the loop's own and without streams, is half of what a link costs its process.
   */
  leaveLoop(): void {
    this.#socket.pause();
    this.#descriptor = (this.#socket as unknown as { _handle: { fd: number } })._handle.fd;
  }

  /** Takes what has come, after `leaveLoop`. */
  read(): void {
    let length = 0;
    try {
      length = readSync(this.#descriptor, READ_BUFFER, 0, READ_BUFFER.length, null);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') this.#events.lost(String(error));
      return;
    }
    if (length === 0) this.#events.lost('the link was closed');
    else this.#take(READ_BUFFER, length);
  }

  close(): void {
    this.#socket.destroy();
  }

  #sendFrame(opcode: number, payload: Uint8Array): void {
    const { length } = payload;
    const isShort = length < 126;
    const start = (isShort ? 2 : 4) + MASK_BYTES;
    const isOutside = this.#descriptor >= 0;
    const frame = isOutside ? WRITE_BUFFER : Buffer.allocUnsafe(start + length);
    frame[0] = FIN | opcode;
    frame[1] = MASKED | (isShort ? length : 126);
    if (!isShort) frame.writeUInt16BE(length, 2);
    frame.fill(0, start - MASK_BYTES, start);
    frame.set(payload, start);
    if (isOutside) this.#write(frame, start + length);
    else this.#socket.write(frame);
  }

  /** What the kernel has no room for has waited for longer than any server of a game may let it. */
  #write(frame: Uint8Array, length: number): void {
    let written = 0;
    try {
      written = writeSync(this.#descriptor, frame, 0, length, null);
    } catch (error) {
      this.#events.lost(String(error));
      return;
    }
    if (written < length) this.#events.lost('the server does not read');
  }

  #take(bytes: Uint8Array, length: number): void {
    let at = 0;
    if (this.#upgrade !== null) {
      const before = this.#upgrade.length;
      this.#upgrade += Buffer.from(bytes.buffer, bytes.byteOffset, length).toString('latin1');
      const end = this.#upgrade.indexOf('\r\n\r\n');
      if (end < 0) return;
      const status = this.#upgrade.slice(0, this.#upgrade.indexOf('\r\n'));
      at = end + 4 - before;
      this.#upgrade = null;
      if (!status.includes(' 101 ')) return this.#events.lost(status);
      this.#events.open();
    }
    while (at < length) {
      if (this.#rest === 0) at = this.#takeHeader(bytes, at, length);
      else {
        const taken = Math.min(this.#rest, length - at);
        if (this.#isWanted) this.#parts.push(bytes.slice(at, at + taken));
        this.#rest -= taken;
        at += taken;
        if (this.#rest === 0) this.#end();
      }
    }
  }

  /** Returns how far it has come. */
  #takeHeader(bytes: Uint8Array, from: number, length: number): number {
    const header = this.#header;
    let at = from;
    while (at < length) {
      header[this.#headerLength++] = bytes[at++]!;
      const short = header[1]!;
      const needed = this.#headerLength < 2 || short < 126 ? 2 : short === 126 ? 4 : 10;
      if (this.#headerLength < needed) continue;
      this.#opcode = header[0]! & 15;
      this.#rest = short < 126 ? short : Number(short === 126 ? (header[2]! << 8) | header[3]! : longOf(header));
      this.#headerLength = 0;
      if (this.#opcode === OPCODE_PING) this.#sendFrame(OPCODE_PONG, new Uint8Array(0));
      if (this.#opcode === OPCODE_CLOSE) this.#events.lost(closeReason(bytes, at, length));
      const isMessage = this.#opcode <= OPCODE_BINARY;
      this.#isWanted = isMessage && this.wantsMessages;
      if (isMessage) {
        if (this.#opcode === OPCODE_CONTINUED || (header[0]! & FIN) === 0) this.#events.lost('a message came in parts');
        this.counts.messages += 1;
        this.counts.bytes += needed + this.#rest;
        const seen = Math.min(this.#rest, PEEK_BYTES);
        if (!this.#isWanted && seen <= length - at) this.#events.peek(bytes, at, at + seen);
      }
      if (this.#rest === 0) this.#end();
      return at;
    }
    return at;
  }

  #end(): void {
    if (!this.#isWanted) return;
    const parts = this.#parts;
    this.#parts = [];
    this.#events.message(parts.length === 1 ? parts[0]! : new Uint8Array(Buffer.concat(parts)));
  }
}

/** As far as it came with the frame's header. */
function closeReason(bytes: Uint8Array, at: number, end: number): string {
  if (end - at < 2) return 'the server closed the link';
  const reason = Buffer.from(bytes.slice(at + 2, end)).toString();
  return `the server closed the link with ${(bytes[at]! << 8) | bytes[at + 1]!} ${reason}`;
}

function longOf(header: Uint8Array): bigint {
  return new DataView(header.buffer).getBigUint64(2);
}
