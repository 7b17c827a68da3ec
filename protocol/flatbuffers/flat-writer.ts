/**
 * Writes FlatBuffers front to back: a table first, with room for its offsets, then what they lead to. The library's builder
 * works back to front and needs TextEncoder; what both write is read by the same generated code.
 */
import { assert, encodeUtf8Into, utf8Length, type ByteWriter } from '@tickbase/base';
import type { TableShape } from './table-shape.ts';

export class FlatWriter {
  private readonly writer: ByteWriter;
  /** Where the buffer began: alignment counts from here. */
  private readonly origin: number;
  private readonly vtables = new Map<TableShape, Map<number, number>>();

  /** Begins a buffer at the writer's end, which is a multiple of 8 from the start of the message. */
  constructor(writer: ByteWriter) {
    this.writer = writer;
    this.origin = writer.length;
    writer.u32(0);
  }

  /** The root table: see `table`. */
  root(shape: TableShape, present: number): FlatTable {
    const table = this.table(shape, present);
    this.link(this.origin, table.position);
    return table;
  }

  /** A table in which the fields of the bit mask `present` have room; they are zero until they are set. */
  table(shape: TableShape, present: number): FlatTable {
    const { writer } = this;
    const layout = layoutOf(shape, present);
    let ofShape = this.vtables.get(shape);
    if (ofShape === undefined) this.vtables.set(shape, (ofShape = new Map()));
    let vtable = ofShape.get(present);
    if (vtable === undefined) {
      this.align(2, 0);
      vtable = writer.length;
      ofShape.set(present, vtable);
      writer.u16(4 + 2 * layout.offsets.length);
      writer.u16(layout.length);
      for (const offset of layout.offsets) writer.u16(offset);
    }
    // The fields begin right behind the offset of the vtable, the widest first.
    this.align(Math.max(layout.alignment, 4), 4);
    const position = writer.length;
    writer.u32(position - vtable);
    writer.zeros(layout.length - 4);
    return new FlatTable(this, writer, position, layout.offsets);
  }

  /** Room for `count` items of a vector; returns where the first one lies. Items are zero until they are set. */
  vector(count: number, itemSize: number, alignment: number): number {
    this.align(Math.max(alignment, 4), 4);
    this.writer.u32(count);
    const first = this.writer.length;
    this.writer.zeros(count * itemSize);
    return first;
  }

  /** Writes a string; returns its position. */
  string(text: string): number {
    this.align(4, 0);
    const { writer } = this;
    const position = writer.length;
    const length = utf8Length(text);
    writer.u32(length);
    writer.reserve(length + 1);
    writer.length = encodeUtf8Into(text, writer.bytes, writer.length);
    writer.u8(0);
    return position;
  }

  /** Points the offset at `at` to `target`, which lies behind it. */
  link(at: number, target: number): void {
    assert(target > at, 'FlatBuffers offsets lead forward');
    this.writer.patchU32(at, target - at);
  }

  /** Pads until what comes `ahead` bytes later is aligned. */
  private align(alignment: number, ahead: number): void {
    const rest = (this.writer.length - this.origin + ahead) % alignment;
    if (rest !== 0) this.writer.zeros(alignment - rest);
  }
}

/** A table that was begun: sets fields that are present, each once. */
export class FlatTable {
  readonly position: number;
  readonly writer: ByteWriter;
  private readonly flat: FlatWriter;
  private readonly offsets: readonly number[];

  constructor(flat: FlatWriter, writer: ByteWriter, position: number, offsets: readonly number[]) {
    this.flat = flat;
    this.writer = writer;
    this.position = position;
    this.offsets = offsets;
  }

  /** Where field `id` lies. */
  at(id: number): number {
    const offset = this.offsets[id];
    assert(offset !== undefined && offset !== 0, 'a field is set that was not announced');
    return this.position + offset;
  }

  u8(id: number, value: number): void {
    this.writer.bytes[this.at(id)] = value;
  }

  u32(id: number, value: number): void {
    this.writer.data.setUint32(this.at(id), value, true);
  }

  /** A u64 below 2^53. */
  u53(id: number, value: number): void {
    const at = this.at(id);
    this.writer.data.setUint32(at, value, true);
    this.writer.data.setUint32(at + 4, Math.floor(value / 0x1_0000_0000), true);
  }

  bits(id: number, value: bigint, bits: 128 | 256): void {
    const at = this.at(id);
    for (let shift = 0; shift < bits; shift += 64) {
      this.writer.data.setBigUint64(at + shift / 8, BigInt.asUintN(64, value >> BigInt(shift)), true);
    }
  }

  string(id: number, text: string): void {
    this.flat.link(this.at(id), this.flat.string(text));
  }

  raw(id: number, bytes: Uint8Array): void {
    const first = this.flat.vector(bytes.length, 1, 1);
    this.writer.bytes.set(bytes, first);
    this.flat.link(this.at(id), first - 4);
  }

  u32s(id: number, values: readonly number[]): void {
    const first = this.vector(id, values.length, 4, 4);
    for (let i = 0; i < values.length; i++) this.writer.data.setUint32(first + 4 * i, values[i]!, true);
  }

  strings(id: number, texts: readonly string[]): void {
    const first = this.vector(id, texts.length, 4, 4);
    for (let i = 0; i < texts.length; i++) this.flat.link(first + 4 * i, this.flat.string(texts[i]!));
  }

  /** A vector of `count` items (for tables and strings: of offsets, size 4), linked to field `id`; returns its first item's place. */
  vector(id: number, count: number, itemSize: number, alignment: number): number {
    const first = this.flat.vector(count, itemSize, alignment);
    this.flat.link(this.at(id), first - 4);
    return first;
  }

  /** A table, linked to field `id`. */
  table(id: number, shape: TableShape, present: number): FlatTable {
    const table = this.flat.table(shape, present);
    this.flat.link(this.at(id), table.position);
    return table;
  }

  /** A table, linked to the offset at `at`: an item of a vector. */
  item(at: number, shape: TableShape, present: number): FlatTable {
    const table = this.flat.table(shape, present);
    this.flat.link(at, table.position);
    return table;
  }
}

interface Layout {
  /** By field id; 0: absent. Trailing absent fields are cut off. */
  readonly offsets: readonly number[];
  readonly length: number;
  readonly alignment: number;
}

const layouts = new WeakMap<TableShape, Map<number, Layout>>();

function layoutOf(shape: TableShape, present: number): Layout {
  let ofShape = layouts.get(shape);
  if (ofShape === undefined) layouts.set(shape, (ofShape = new Map()));
  let layout = ofShape.get(present);
  if (layout === undefined) ofShape.set(present, (layout = makeLayout(shape, present)));
  return layout;
}

function makeLayout(shape: TableShape, present: number): Layout {
  const ids = shape.fields.map((_, id) => id).filter((id) => (present & (1 << id)) !== 0);
  const byAlignment = [...ids].sort((a, b) => shape.fields[b]!.alignment - shape.fields[a]!.alignment || a - b);
  const offsets = new Array<number>(ids.length === 0 ? 0 : ids.at(-1)! + 1).fill(0);
  let length = 4;
  for (const id of byAlignment) {
    offsets[id] = length;
    length += shape.fields[id]!.size;
  }
  return { offsets, length, alignment: byAlignment.length === 0 ? 4 : shape.fields[byAlignment[0]!]!.alignment };
}
