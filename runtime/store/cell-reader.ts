import { ByteReader, decodeUtf8, TickbaseError } from '@tickbase/base';
import { type Column, SHAPE_STRING } from './column.ts';
import { TYPE_BOOL, TYPE_ENUM } from './value-codec.ts';
import type { Table } from './table.ts';

/**
 * Reads commit records and snapshots back into columns (layouts: encodeRecord, WorldSnapshot). It never reads beyond its bytes, and what does
 * not fit the table is RECORD_MISFIT: the tables are then of no more use, and nothing outside of them is touched. What is inside of an
 * encoded value that is no key is the checksum's affair.
 */
export class CellReader {
  bytes: Uint8Array = new Uint8Array(0);
  offset = 0;
  end = 0;
  /** What a record or a section is called in errors. */
  readonly #source: string;
  /** u32[>= slotCount]: what `slots` read last, ascending. */
  slots = new Uint32Array(64);
  slotCount = 0;

  constructor(source: string) {
    this.#source = source;
  }

  open(bytes: Uint8Array, offset = 0, end = bytes.length): void {
    this.bytes = bytes;
    this.offset = offset;
    this.end = end;
  }

  u8(): number {
    if (this.offset >= this.end) this.refuse('it ends too early');
    return this.bytes[this.offset++]!;
  }

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
    this.refuse('a number is not below 2^53 in its shortest form');
  }

  /** Passes over `count` bytes and returns where they begin. */
  take(count: number): number {
    const start = this.offset;
    if (count > this.end - start) this.refuse('it ends too early');
    this.offset = start + count;
    return start;
  }

  /** Reads a list of slots below `slotsMax` into `slots`; at least one. */
  readSlots(slotsMax: number): void {
    const count = this.varint();
    // Each takes a byte at least: no list is longer than what is left.
    if (count === 0 || count > this.end - this.offset) this.refuse('a list of slots has an impossible length');
    this.reserveSlots(count);
    const { slots } = this;
    let next = 0;
    for (let i = 0; i < count; i++) {
      const slot = next + this.varint();
      if (slot >= slotsMax) this.refuse(`slot ${slot} is none of the table's`);
      slots[i] = slot;
      next = slot + 1;
    }
    this.slotCount = count;
  }

  /** Makes room for so many slots; what is there stays. */
  reserveSlots(count: number): void {
    if (count <= this.slots.length) return;
    const larger = new Uint32Array(2 ** Math.ceil(Math.log2(count)));
    larger.set(this.slots);
    this.slots = larger;
  }

  /** Reads values of the column for `count` slots from `slots[from]` on. The table has room for them. */
  readBlock(table: Table, column: Column, from: number, count: number): void {
    const { slots } = this;
    const { bytesPerSlot } = column;
    if (column.shape === SHAPE_STRING) {
      for (let i = from; i < from + count; i++) column.strings[slots[i]!] = this.#string();
      return;
    }
    if (bytesPerSlot === 0) {
      for (let i = from; i < from + count; i++) {
        const length = this.varint();
        const start = this.take(length);
        const blob = this.bytes.slice(start, start + length);
        if (column.isKey) this.#checkEncoded(column, blob);
        column.blobs[slots[i]!] = blob;
      }
      return;
    }
    const start = this.take(count * bytesPerSlot);
    this.#copyNumbers(column, start, from, count);
    if (needsCheck(column)) for (let i = from; i < from + count; i++) this.#check(table, column, slots[i]!);
  }

  /** Passes over what `readBlock` would read. */
  skipBlock(column: Column, count: number): void {
    if (column.bytesPerSlot > 0) {
      this.take(count * column.bytesPerSlot);
      return;
    }
    for (let i = 0; i < count; i++) this.take(this.varint());
  }

  refuse(what: string): never {
    throw new TickbaseError({
      code: 'RECORD_MISFIT',
      what: `${this.#source} does not fit the plan under which it is read: ${what}`,
      where: `its byte ${this.offset}`,
      mend: 'start with the server version that wrote it; if that was this one, restore a backup and report the error',
    });
  }

  /** Neighbours in slots are neighbours in memory. */
  #copyNumbers({ bytes: into, bytesPerSlot }: Column, start: number, from: number, count: number): void {
    const { slots, bytes } = this;
    let at = start;
    let i = from;
    const end = from + count;
    while (i < end) {
      const first = slots[i]!;
      let length = 1;
      while (i + length < end && slots[i + length] === first + length) length++;
      const byteCount = length * bytesPerSlot;
      const to = first * bytesPerSlot;
      if (byteCount >= VIEW_BYTES_MIN) into.set(bytes.subarray(at, at + byteCount), to);
      else for (let b = 0; b < byteCount; b++) into[to + b] = bytes[at + b]!;
      at += byteCount;
      i += length;
    }
  }

  #string(): string {
    const length = this.varint();
    const start = this.take(length);
    try {
      return decodeUtf8(this.bytes, start, start + length);
    } catch {
      this.refuse('a text is no UTF-8');
    }
  }

  /** Indexes take keys apart. */
  #checkEncoded({ codec, plan, tableName }: Column, blob: Uint8Array): void {
    let isWhole = false;
    try {
      const reader = new ByteReader(blob);
      codec.positional!.decode(reader);
      isWhole = reader.remaining === 0;
    } catch {
      // Whatever the codec says: it is no value of this type.
    }
    if (!isWhole) this.refuse(`column ${plan.name} of table ${tableName} holds no value of its type`);
  }

  #check(table: Table, column: Column, slot: number): void {
    const { typeCode } = column;
    if (column.isCoordinate) {
      if (!table.place!.grid.isInReach((column.data as Float32Array)[slot]!)) {
        this.refuse(`a coordinate of table ${table.plan.name} is none`);
      }
    } else if (typeCode === TYPE_BOOL) {
      if (column.bytes[slot]! > 1)
        this.refuse(`column ${column.plan.name} of table ${table.plan.name} holds no boolean`);
    } else if (typeCode === TYPE_ENUM) {
      if (column.codec.tagOfId[column.bytes[slot]!] === undefined) {
        this.refuse(`column ${column.plan.name} of table ${table.plan.name} holds an unknown variant`);
      }
    } else if (Number.isNaN((column.data as Float64Array)[slot])) {
      this.refuse(`a key of table ${table.plan.name} is not a number`);
    }
  }
}

/** From here on a copy through a view is cheaper than one byte after the other. */
const VIEW_BYTES_MIN = 48;

/** Not every pattern of bits is a value of the column. */
function needsCheck({ isCoordinate, isKey, typeCode, storage }: Column): boolean {
  const isFloat = storage === 'f32' || storage === 'f64';
  return isCoordinate || typeCode === TYPE_BOOL || typeCode === TYPE_ENUM || (isKey && isFloat);
}
