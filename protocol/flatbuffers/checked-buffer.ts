/**
 * A FlatBuffers reader that believes nothing: every offset, vtable and length is held against the bytes before it is
 * used, and all objects visited may together not be larger than the buffer, so that references to the same bytes cannot multiply
 * work. (The FlatBuffers runtime for TypeScript has no verifier: a 56-byte message held it for seconds.)
 *
 * Positions are places in `bytes`; 0 stands for "absent", as no field can lie there. Alignment counts from `start`.
 */
import { decodeUtf8, type TickbaseError, wireError } from '@tickbase/base';

export class CheckedBuffer {
  readonly bytes: Uint8Array;
  readonly data: DataView;
  readonly start: number;
  end: number;
  /** One past the last byte of any object visited so far. */
  reached = 0;
  /** Items of the vector that was visited last. */
  count = 0;
  /** Refuses fields that this version does not know, instead of passing over them. */
  private readonly isStrict: boolean;
  private budget = 0;

  constructor(bytes: Uint8Array, start: number, end: number, isStrict: boolean) {
    this.bytes = bytes;
    this.data = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.start = start;
    this.end = end;
    this.isStrict = isStrict;
    this.begin(end);
  }

  /** What is read from here on is another message, in the same place of the same bytes, up to `end`. */
  begin(end: number): void {
    this.end = end;
    this.reached = this.start + 4;
    this.budget = end - this.start;
    if (this.budget < 8) throw this.broken('is too short', this.start);
  }

  /** The root table. `fieldCount`: fields that this version knows. */
  root(fieldCount: number): number {
    return this.tableAt(this.start, fieldCount);
  }

  /** The table that the offset at `at` leads to. */
  tableAt(at: number, fieldCount: number): number {
    const table = this.follow(at);
    const vtable = table - this.data.getInt32(table, true);
    if (!(vtable >= this.start && vtable + 4 <= this.end) || ((vtable - this.start) & 1) !== 0) {
      throw this.broken('has a misplaced vtable', table);
    }
    const vtableLength = this.data.getUint16(vtable, true);
    const tableLength = this.data.getUint16(vtable + 2, true);
    const isVtable = vtableLength >= 4 && (vtableLength & 1) === 0 && vtable + vtableLength <= this.end;
    if (!isVtable || tableLength < 4 || table + tableLength > this.end) {
      throw this.broken('has a table or vtable of impossible length', table);
    }
    if (this.isStrict && vtableLength > 4 + 2 * fieldCount) throw this.broken('has a field that is unknown', vtable);
    this.visit(table, tableLength);
    this.reached = Math.max(this.reached, vtable + vtableLength);
    return table;
  }

  /** Where field `id` of a visited table lies: `size` bytes, aligned to `alignment`; 0 when absent. */
  field(table: number, id: number, size: number, alignment = size): number {
    const vtable = table - this.data.getInt32(table, true);
    const entry = 4 + 2 * id;
    if (entry + 2 > this.data.getUint16(vtable, true)) return 0;
    const offset = this.data.getUint16(vtable + entry, true);
    if (offset === 0) return 0;
    const tableLength = this.data.getUint16(vtable + 2, true);
    if (offset < 4 || offset + size > tableLength || (table + offset - this.start) % alignment !== 0) {
      throw this.broken('has a misplaced field', table);
    }
    return table + offset;
  }

  bool(table: number, id: number, otherwise: boolean): boolean {
    const at = this.field(table, id, 1);
    if (at === 0) return otherwise;
    const value = this.bytes[at]!;
    if (value > 1) throw this.broken('has a misshapen truth value', at);
    return value === 1;
  }

  u8(table: number, id: number): number {
    const at = this.field(table, id, 1);
    return at === 0 ? 0 : this.bytes[at]!;
  }

  u16(table: number, id: number, otherwise: number): number {
    const at = this.field(table, id, 2);
    return at === 0 ? otherwise : this.data.getUint16(at, true);
  }

  u32(table: number, id: number): number {
    const at = this.field(table, id, 4);
    return at === 0 ? 0 : this.data.getUint32(at, true);
  }

  /** Null: absent, which is not 0. */
  optionalU32(table: number, id: number): number | null {
    const at = this.field(table, id, 4);
    return at === 0 ? null : this.data.getUint32(at, true);
  }

  /** A u64 that must be below 2^53, as ticks are. */
  u53(table: number, id: number): number {
    const at = this.field(table, id, 8);
    return at === 0 ? 0 : this.u53At(at);
  }

  u53At(at: number): number {
    const high = this.data.getUint32(at + 4, true);
    if (high > 0x1f_ffff) throw this.broken('has a number of 2^53 or more', at);
    return high * 0x1_0000_0000 + this.data.getUint32(at, true);
  }

  f64(table: number, id: number): number {
    const at = this.field(table, id, 8);
    return at === 0 ? 0 : this.data.getFloat64(at, true);
  }

  /** A little-endian integer of `bits` bits in a struct. */
  bits(table: number, id: number, bits: 128 | 256): bigint {
    const at = this.required(this.field(table, id, bits / 8, 8), table);
    let value = 0n;
    for (let shift = 0; shift < bits; shift += 64) {
      value |= this.data.getBigUint64(at + shift / 8, true) << BigInt(shift);
    }
    return value;
  }

  /** The table in field `id`; 0 when absent. */
  table(table: number, id: number, fieldCount: number): number {
    const at = this.field(table, id, 4);
    return at === 0 ? 0 : this.tableAt(at, fieldCount);
  }

  /** The first item of the vector in field `id`, with `count` set; 0 when absent (and `count` 0). */
  vector(table: number, id: number, itemSize: number, alignment = itemSize): number {
    const at = this.field(table, id, 4);
    if (at === 0) {
      this.count = 0;
      return 0;
    }
    return this.vectorAt(at, itemSize, alignment, 0);
  }

  /** The text in field `id`; empty when absent. */
  string(table: number, id: number, bytesMax: number): string {
    const at = this.field(table, id, 4);
    return at === 0 ? '' : this.stringAt(at, bytesMax);
  }

  /** The text that the offset at `at` leads to. */
  stringAt(at: number, bytesMax: number): string {
    const first = this.vectorAt(at, 1, 1, 1);
    if (this.count > bytesMax) throw this.overLimit('bytes of text', bytesMax, first);
    if (this.bytes[first + this.count] !== 0) throw this.broken('has a string without its closing zero', first);
    return decodeUtf8(this.bytes, first, first + this.count);
  }

  /** A copy of the bytes in field `id`; empty when absent. */
  raw(table: number, id: number, bytesMax: number): Uint8Array {
    const first = this.vector(table, id, 1);
    if (this.count > bytesMax) throw this.overLimit('bytes', bytesMax, first);
    if (this.count > SHORT_BYTES_MAX) return this.bytes.slice(first, first + this.count);
    const copy = new Uint8Array(this.count); // for a few bytes less than the engine's own copy costs to set up
    for (let i = 0; i < copy.length; i++) copy[i] = this.bytes[first + i]!;
    return copy;
  }

  /** Passes `at` on unless it is 0: the field must be there. */
  required(at: number, table: number): number {
    if (at === 0) throw this.broken('lacks a field', table);
    return at;
  }

  overLimit(what: string, max: number, at: number): TickbaseError {
    const mend = 'split it into several messages, or raise the limit of that name in the server';
    return wireError('WIRE_LIMIT', `a message has more than ${max} ${what}`, at, mend);
  }

  broken(what: string, at: number): TickbaseError {
    return wireError('WIRE_ENVELOPE', `a message ${what}`, at);
  }

  private vectorAt(at: number, itemSize: number, alignment: number, closingBytes: number): number {
    const vector = this.follow(at);
    const count = this.data.getUint32(vector, true);
    const first = vector + 4;
    if (count * itemSize + closingBytes > this.end - first || (first - this.start) % alignment !== 0) {
      throw this.broken('has a misplaced vector', vector);
    }
    this.visit(vector, 4 + count * itemSize + closingBytes);
    this.count = count;
    return first;
  }

  private follow(at: number): number {
    const target = at + this.data.getUint32(at, true);
    if (target <= at || target + 4 > this.end || ((target - this.start) & 3) !== 0) {
      throw this.broken('has a misplaced offset', at);
    }
    return target;
  }

  private visit(at: number, length: number): void {
    this.budget -= length;
    if (this.budget < 0) throw this.broken('uses the same bytes more than once', at);
    this.reached = Math.max(this.reached, at + length);
  }
}

const SHORT_BYTES_MAX = 64;
