import { assert } from './assert.ts';
import { putVarint } from './put-varint.ts';
import { encodeUtf8Into, utf8Length } from './utf8.ts';

/**
 * Little-endian bytes, appended. `bytes` is replaced when it grows (to twice its size): read it anew after each append.
 * Numbers are the caller's duty: integers are taken modulo their width, as typed arrays do.
 */
export class ByteWriter {
  bytes: Uint8Array;
  /** Over the whole of `bytes`. */
  data: DataView;
  /** Bytes written so far. */
  length = 0;

  constructor(capacity = 256) {
    this.bytes = new Uint8Array(Math.max(capacity, 16));
    this.data = new DataView(this.bytes.buffer);
  }

  /** Makes room for `count` more bytes; afterwards they may be written to `bytes` directly, and `length` moved. */
  reserve(count: number): void {
    if (this.length + count > this.bytes.length) this.grow(count);
  }

  u8(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  u16(value: number): void {
    this.reserve(2);
    this.data.setUint16(this.length, value, true);
    this.length += 2;
  }

  u32(value: number): void {
    this.reserve(4);
    this.data.setUint32(this.length, value, true);
    this.length += 4;
  }

  u64(value: bigint): void {
    this.reserve(8);
    this.data.setBigUint64(this.length, value, true);
    this.length += 8;
  }

  i8(value: number): void {
    this.u8(value);
  }

  i16(value: number): void {
    this.u16(value);
  }

  i32(value: number): void {
    this.u32(value);
  }

  i64(value: bigint): void {
    this.reserve(8);
    this.data.setBigInt64(this.length, value, true);
    this.length += 8;
  }

  f32(value: number): void {
    this.reserve(4);
    this.data.setFloat32(this.length, value, true);
    this.length += 4;
  }

  f64(value: number): void {
    this.reserve(8);
    this.data.setFloat64(this.length, value, true);
    this.length += 8;
  }

  /** LEB128 of an integer from 0 to 2^53 - 1: 1 to 8 bytes. */
  varint(value: number): void {
    this.reserve(8);
    this.length = putVarint(this.bytes, this.length, value);
  }

  /** Zigzag (0, -1, 1, -2 → 0, 1, 2, 3) of an integer from -2^52 to 2^52 - 1, then LEB128. */
  zigzag(value: number): void {
    this.varint(value < 0 ? -2 * value - 1 : 2 * value);
  }

  /** Varint byte length, then UTF-8. A lone surrogate becomes U+FFFD: who must refuse it asks `isWellFormed` first. */
  string(text: string): void {
    // One unit takes three bytes at most, so a short text has a length of one byte, which can be filled in afterwards.
    if (text.length <= 42) {
      this.reserve(1 + 3 * text.length);
      const start = this.length + 1;
      const end = encodeUtf8Into(text, this.bytes, start);
      this.bytes[this.length] = end - start;
      this.length = end;
      return;
    }
    const byteLength = utf8Length(text);
    this.varint(byteLength);
    this.reserve(byteLength);
    this.length = encodeUtf8Into(text, this.bytes, this.length);
  }

  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** `count` zero bytes. */
  zeros(count: number): void {
    this.reserve(count);
    this.bytes.fill(0, this.length, this.length + count);
    this.length += count;
  }

  /** Zero bytes until `length` is a multiple of `alignment`. */
  alignTo(alignment: number): void {
    const rest = this.length % alignment;
    if (rest !== 0) this.zeros(alignment - rest);
  }

  /** Overwrites four bytes that were written before. */
  patchU32(offset: number, value: number): void {
    assert(offset >= 0 && offset + 4 <= this.length, 'a patch lies outside of what was written');
    this.data.setUint32(offset, value, true);
  }

  /** Forgets everything, keeps the memory. */
  reset(): void {
    this.length = 0;
  }

  /** What was written, without a copy: valid until the next append or reset. */
  view(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  copy(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }

  protected grow(count: number): void {
    let capacity = this.bytes.length * 2;
    while (capacity < this.length + count) capacity *= 2;
    const bytes = new Uint8Array(capacity);
    bytes.set(this.bytes.subarray(0, this.length));
    this.bytes = bytes;
    this.data = new DataView(bytes.buffer);
  }
}
