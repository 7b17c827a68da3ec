import { createConnection, type Socket } from 'node:net';

/** A TCP connection on which nothing is done that was not asked for: requests by hand, frames by hand, and no reading if so wished. */
export class RawSocket {
  readonly tcp: Socket;
  received = Buffer.alloc(0);
  /** Settles when the server has ended the connection, or it broke. */
  readonly ended: Promise<void>;
  #wake: () => void = () => {};

  constructor(port: number) {
    this.tcp = createConnection({ host: '127.0.0.1', port });
    this.tcp.on('data', (part) => {
      this.received = Buffer.concat([this.received, part]);
      this.#wake();
    });
    this.tcp.on('error', () => {});
    this.ended = new Promise((resolve) => {
      this.tcp.on('close', () => {
        resolve();
        this.#wake();
      });
    });
  }

  write(data: string | Uint8Array): void {
    this.tcp.write(data);
  }

  /** Becomes a WebSocket; what was received so far is forgotten. */
  async upgrade(database: string, subprotocol = 'tickbase.1'): Promise<void> {
    this.write(
      `GET /v1/database/${database}/subscribe HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: ${subprotocol}\r\n\r\n`,
    );
    await this.until('\r\n\r\n');
    this.received = Buffer.alloc(0);
  }

  /** Resolves once this text has come, or the connection has ended. */
  async until(text: string): Promise<void> {
    while (!this.received.includes(text) && !this.tcp.destroyed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  frame(opcode: number, payload: Uint8Array, how: FrameOptions = {}): void {
    this.write(frameBytes(opcode, payload, how));
  }

  /** Waits for the end: `closed CODE NAME` when a close frame came, else `ended`. */
  async outcome(): Promise<string> {
    await this.ended;
    return closeIn(this.received);
  }

  /** The first line of an HTTP answer: its status. */
  async status(): Promise<string> {
    await this.until('\r\n');
    return /^HTTP\/1\.1 (\d+)/.exec(this.received.toString('latin1'))?.[1] ?? 'ended';
  }
}

export interface FrameOptions {
  readonly isFinal?: boolean;
  readonly isMasked?: boolean;
  /** The three reserved bits, 0 to 7. */
  readonly reserved?: number;
  /** What the frame claims to be long; its true length unless given. */
  readonly length?: bigint;
}

function frameBytes(opcode: number, payload: Uint8Array, how: FrameOptions): Uint8Array {
  const { isFinal = true, isMasked = true, reserved = 0 } = how;
  const length = how.length ?? BigInt(payload.length);
  const head = [(isFinal ? 0x80 : 0) | (reserved << 4) | opcode];
  const maskBit = isMasked ? 0x80 : 0;
  if (length < 126n) head.push(maskBit | Number(length));
  else {
    const size = length < 65_536n ? 2 : 8;
    head.push(maskBit | (size === 2 ? 126 : 127));
    for (let at = size - 1; at >= 0; at--) head.push(Number((length >> BigInt(8 * at)) & 0xffn));
  }
  if (isMasked) head.push(0, 0, 0, 0); // a mask of zeros leaves the payload as it is
  return Uint8Array.from([...head, ...payload]);
}

/** Walks the server's frames to a close frame. */
function closeIn(bytes: Buffer): string {
  for (let at = 0; at + 2 <= bytes.length;) {
    const opcode = bytes[at]! & 15;
    let length = bytes[at + 1]! & 127;
    let start = at + 2;
    if (length === 126) {
      length = bytes.readUInt16BE(start);
      start += 2;
    } else if (length === 127) {
      length = Number(bytes.readBigUInt64BE(start));
      start += 8;
    }
    if (opcode === 8) {
      if (length < 2) return 'closed';
      const name = bytes.toString('utf8', start + 2, start + length).split(':')[0];
      return `closed ${bytes.readUInt16BE(start)} ${name}`.trimEnd();
    }
    at = start + length;
  }
  return 'ended';
}
