import type { TickbaseError } from './tickbase-error.ts';
import { decodeUtf8 } from './utf8.ts';
import { wireError } from './wire-error.ts';

/**
 * Reads bytes[offset…end), little-endian, and never beyond: what is missing or malformed is a TickbaseError with a WIRE_ code.
 * The counterpart of ByteWriter.
 */
export class ByteReader {
  readonly bytes: Uint8Array;
  /** Next byte to be read. */
  offset: number;
  /** One past the last byte that may be read. */
  end: number;
  private readonly data: DataView;

  constructor(bytes: Uint8Array, offset = 0, end = bytes.length) {
    this.bytes = bytes;
    this.data = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.offset = offset;
    this.end = end;
    if (!(offset >= 0 && offset <= end && end <= bytes.length)) throw truncated(offset, end - offset, bytes.length);
  }

  get remaining(): number {
    return this.end - this.offset;
  }

  /** Moves on by `count` bytes and returns where they begin. */
  take(count: number): number {
    const start = this.offset;
    if (!(count >= 0 && count <= this.end - start)) throw truncated(start, count, this.end);
    this.offset = start + count;
    return start;
  }

  u8(): number {
    if (this.offset >= this.end) throw truncated(this.offset, 1, this.end);
    return this.bytes[this.offset++]!;
  }

  u16(): number {
    return this.data.getUint16(this.take(2), true);
  }

  u32(): number {
    return this.data.getUint32(this.take(4), true);
  }

  u64(): bigint {
    return this.data.getBigUint64(this.take(8), true);
  }

  i8(): number {
    return this.data.getInt8(this.take(1));
  }

  i16(): number {
    return this.data.getInt16(this.take(2), true);
  }

  i32(): number {
    return this.data.getInt32(this.take(4), true);
  }

  i64(): bigint {
    return this.data.getBigInt64(this.take(8), true);
  }

  f32(): number {
    return this.data.getFloat32(this.take(4), true);
  }

  f64(): number {
    return this.data.getFloat64(this.take(8), true);
  }

  /** LEB128 from 0 to 2^53 - 1, in its shortest form only. */
  varint(): number {
    let byte = this.u8();
    if (byte < 0x80) return byte;
    let value = byte & 0x7f;
    let scale = 0x80;
    for (let i = 1; i < 8; i++) {
      byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (byte === 0 || value > Number.MAX_SAFE_INTEGER) break;
        return value;
      }
      scale *= 0x80;
    }
    throw badVarint(this.offset - 1, 'below 2^53');
  }

  /** LEB128 of at most 64 bits, in its shortest form only. */
  varintBig(): bigint {
    let byte = this.u8();
    if (byte < 0x80) return BigInt(byte);
    // Seven groups of seven bits fit a number exactly; the other bits follow as a second number.
    let low = byte & 0x7f;
    let scale = 0x80;
    for (let i = 1; i < 7; i++) {
      byte = this.u8();
      low += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (byte === 0) throw badVarint(this.offset - 1, 'of 64 bits');
        return BigInt(low);
      }
      scale *= 0x80;
    }
    let high = 0;
    scale = 1;
    for (let i = 7; i < 10; i++) {
      byte = this.u8();
      high += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (byte === 0 || high > 0x7fff) break;
        return BigInt(low) | (BigInt(high) << 49n);
      }
      scale *= 0x80;
    }
    throw badVarint(this.offset - 1, 'of 64 bits');
  }

  zigzag(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  zigzagBig(): bigint {
    const value = this.varintBig();
    return (value & 1n) === 0n ? value >> 1n : -((value + 1n) >> 1n);
  }

  /** Varint byte length, then UTF-8, which is checked. */
  string(): string {
    const length = this.varint();
    const start = this.take(length);
    return decodeUtf8(this.bytes, start, start + length);
  }

  /** A copy of the next `count` bytes. */
  raw(count: number): Uint8Array {
    const start = this.take(count);
    // Of this context, whoever's the bytes are: a slice would have the constructor of theirs, which leads out of a module's walls.
    const copy = new Uint8Array(count);
    copy.set(this.bytes.subarray(start, start + count));
    return copy;
  }
}

function truncated(offset: number, count: number, end: number): TickbaseError {
  return wireError('WIRE_TRUNCATED', `${count} bytes are to be read where ${end - offset} are left`, offset);
}

function badVarint(offset: number, range: string): TickbaseError {
  return wireError('WIRE_VARINT', `a varint is not ${range} in its shortest form`, offset);
}
