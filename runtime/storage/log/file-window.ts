import type { DiskFile } from '../disk/disk.ts';

const NOTHING = new Uint8Array(0);

/**
 * Reads a file from its start to its end in pieces, the next one while the reader works on this one. A view stands until the next call.
 */
export class FileWindow {
  readonly length: number;
  /** Room before a piece for what is left of the one before. */
  readonly #carryBytes: number;
  readonly #file: Pick<DiskFile, 'read'>;
  /** u8[carryBytes + PIECE_BYTES_MAX]: a piece, before it what was left of the piece before. */
  #bytes: Uint8Array = NOTHING;
  /** The file's bytes [#start, #end) stand in `#bytes` from `#place` on. */
  #start = 0;
  #end = 0;
  #place = 0;
  #spare: Uint8Array | null = null;
  #ahead: { readonly offset: number; readonly bytes: Uint8Array; readonly count: Promise<number> } | null = null;

  constructor(file: Pick<DiskFile, 'read'>, length: number) {
    this.#file = file;
    this.length = length;
    this.#carryBytes = Math.min(CARRY_BYTES_MAX, length);
  }

  /** Bytes [offset, offset + count) of the file, fewer where it ends. A step back reads anew. */
  async view(offset: number, count: number): Promise<Uint8Array> {
    const end = Math.min(offset + count, this.length);
    if (end <= offset) return NOTHING;
    while (offset < this.#start || end > this.#end) {
      if (end - offset > this.#carryBytes) return this.#readWhole(offset, end);
      if (!(await this.#moveTo(offset))) return this.#cutView(offset);
    }
    const at = this.#place + (offset - this.#start);
    return this.#bytes.subarray(at, at + (end - offset));
  }

  /** What is at hand from `offset` on without another read, at least one byte unless the file ends there. */
  async viewSome(offset: number): Promise<Uint8Array> {
    await this.view(offset, 1);
    return this.#cutView(offset);
  }

  /** Waits for what is being read, so that the file may be closed. */
  async settle(): Promise<void> {
    await this.#ahead?.count.catch(() => 0);
  }

  #cutView(offset: number): Uint8Array {
    if (offset < this.#start || offset >= this.#end) return NOTHING;
    return this.#bytes.subarray(this.#place + (offset - this.#start), this.#place + (this.#end - this.#start));
  }

  /** Makes the next piece current, with what is left from `offset` on before it. False when the file gives no more. */
  async #moveTo(offset: number): Promise<boolean> {
    const isNext = offset >= this.#start && offset < this.#end;
    const from = isNext ? this.#end : offset;
    const ahead = this.#ahead?.offset === from ? this.#ahead : this.#read(from);
    this.#ahead = null;
    const count = await ahead.count;
    if (count === 0) return false;
    const left = isNext ? this.#end - offset : 0;
    if (left > 0) {
      const at = this.#place + (offset - this.#start);
      ahead.bytes.set(this.#bytes.subarray(at, at + left), this.#carryBytes - left);
    }
    this.#spare = this.#bytes.length > 0 ? this.#bytes : null;
    this.#bytes = ahead.bytes;
    this.#place = this.#carryBytes - left;
    this.#start = from - left;
    this.#end = from + count;
    if (this.#end < this.length) this.#ahead = this.#read(this.#end);
    return true;
  }

  #read(offset: number): { offset: number; bytes: Uint8Array; count: Promise<number> } {
    // A piece that is read ahead elsewhere still writes into its own buffer: only the spare one is free.
    const size = this.#carryBytes + Math.min(PIECE_BYTES_MAX, this.length);
    const bytes = this.#spare?.length === size ? this.#spare : new Uint8Array(size);
    this.#spare = null;
    const count = this.#file.read(bytes.subarray(this.#carryBytes), offset);
    count.catch(() => 0); // told by who awaits it
    return { offset, bytes, count };
  }

  /** A record larger than what is carried over gets a buffer of its own. */
  async #readWhole(offset: number, end: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(end - offset);
    return bytes.subarray(0, await this.#file.read(bytes, offset));
  }
}

const PIECE_BYTES_MAX = 4 << 20;
/** No less than a usual frame. */
const CARRY_BYTES_MAX = (1 << 20) + (64 << 10);
