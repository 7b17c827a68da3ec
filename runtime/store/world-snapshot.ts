import { assert, type ByteWriter } from '@tickbase/base';
import { type Column, SHAPE_STRING } from './column.ts';
import { KeptChunks } from './kept-chunks.ts';
import type { SnapshotMemory } from './snapshot-memory.ts';
import { snapshotColumnsOf } from './snapshot-columns.ts';
import type { Table } from './table.ts';

/**
 * The tables of a world as they stand when this is made, between two ticks, to be written section by section while ticks go on. Its
 * layout, little-endian, nothing aligned; *varint* is LEB128:
 *
 *   SECTION_TABLE   u8, varint table id, varint count and for each auto-increment column its last number (varint), varint slot count,
 *                   varint count and for each column that is kept its id (varint)
 *   SECTION_ROWS    u8, varint first slot of a chunk, varint count of runs of rows, for each: varint dead slots before it, varint length
 *   SECTION_CELLS   u8, varint place in the table's list of kept columns, varint first row, varint count of rows, then values: rows are
 *                   counted within the chunk, dead slots left out; values are laid out as a block of a commit record (see encodeRecord)
 *
 * Rows and cells belong to the table and the chunk before them. A chunk without rows has no sections. Only one snapshot at a time.
 */
export class WorldSnapshot {
  readonly #tables: readonly KeptTable[];
  readonly #chunkSlots: number;
  readonly #sectionBytes: number;
  #place = 0;
  /** Of the current table: the chunk whose cells are being written, or -1: its head is to be written. */
  #chunk = -1;
  /** Place in the table's kept columns; -1: the rows of the chunk are to be written. */
  #column = -1;
  /** How many rows of the chunk the column has been written for. */
  #row = 0;
  /** u32[chunkSlots]: slots of the chunk's rows, ascending. */
  readonly #slots: Uint32Array;
  #rowCount = 0;
  /** u32[2 * runs]: first slot and length of each run of rows in the chunk. */
  readonly #runs: Uint32Array;
  #runCount = 0;

  /** `memory`: made ready for this snapshot, of the same tables. */
  constructor(tables: readonly Table[], cut: SnapshotCut = CUT, memory: SnapshotMemory | null = null) {
    memory?.end();
    assert(
      tables.every(({ kept }) => kept === null),
      'a second snapshot of a world was begun before the first was at its end',
    );
    this.#chunkSlots = 2 ** cut.chunkShift;
    this.#sectionBytes = cut.sectionBytes;
    this.#slots = new Uint32Array(this.#chunkSlots);
    this.#runs = new Uint32Array(this.#chunkSlots + 2);
    this.#tables = tables
      .map((table) => keepTable(table, cut.chunkShift, memory))
      .filter(({ columns, sequences }) => columns.length + sequences.length > 0);
  }

  /**
   * Appends the next section, some ten kilobytes at most where single values are not longer; sometimes nothing. Returns false when
   * there was none left. Between ticks only.
   */
  encodeNext(writer: ByteWriter): boolean {
    const table = this.#tables[this.#place];
    if (table === undefined) return false;
    if (this.#chunk === -1) {
      encodeHead(writer, table);
      this.#chunk = 0;
    } else if (this.#chunk * this.#chunkSlots >= table.slotCount) {
      release(table);
      this.#place++;
      this.#chunk = -1;
    } else if (this.#column === -1) {
      this.#encodeRows(writer, table);
    } else {
      this.#encodeCells(writer, table);
    }
    return true;
  }

  /** Lets go of all that was kept, written or not. */
  end(): void {
    for (const table of this.#tables) release(table);
    this.#place = this.#tables.length;
  }

  #encodeRows(writer: ByteWriter, { live, columns, slotCount }: KeptTable): void {
    const chunk = this.#chunk;
    const first = chunk * this.#chunkSlots;
    this.#collectRows(live.bytesOf(chunk), first, Math.min(first + this.#chunkSlots, slotCount));
    live.pass(chunk);
    if (this.#rowCount === 0) {
      for (const { kept } of columns) kept.pass(chunk);
      this.#chunk++;
      return;
    }
    writer.u8(SECTION_ROWS);
    writer.varint(first);
    writer.varint(this.#runCount);
    let next = first;
    for (let run = 0; run < this.#runCount; run++) {
      const start = this.#runs[2 * run]!;
      const length = this.#runs[2 * run + 1]!;
      writer.varint(start - next);
      writer.varint(length);
      next = start + length;
    }
    this.#column = 0;
    this.#row = 0;
  }

  #collectRows(live: Uint8Array, first: number, end: number): void {
    let rowCount = 0;
    let runCount = 0;
    let slot = first;
    while (slot < end) {
      if (live[slot] === 0) {
        slot++;
        continue;
      }
      const start = slot;
      while (slot < end && live[slot] === 1) this.#slots[rowCount++] = slot++;
      this.#runs[2 * runCount] = start;
      this.#runs[2 * runCount + 1] = slot - start;
      runCount++;
    }
    this.#rowCount = rowCount;
    this.#runCount = runCount;
  }

  #encodeCells(writer: ByteWriter, { columns }: KeptTable): void {
    const { column, kept } = columns[this.#column]!;
    writer.u8(SECTION_CELLS);
    writer.varint(this.#column);
    writer.varint(this.#row);
    if (column.shape < SHAPE_STRING) {
      writer.varint(this.#rowCount);
      this.#encodeNumbers(writer, column, kept.bytesOf(this.#chunk));
      this.#row = this.#rowCount;
    } else {
      this.#encodeList(writer, column, kept);
    }
    if (this.#row < this.#rowCount) return;
    kept.pass(this.#chunk);
    this.#row = 0;
    this.#column++;
    if (this.#column < columns.length) return;
    this.#column = -1;
    this.#chunk++;
  }

  #encodeNumbers(writer: ByteWriter, { bytesPerSlot }: Column, bytes: Uint8Array): void {
    writer.reserve(this.#rowCount * bytesPerSlot);
    for (let run = 0; run < this.#runCount; run++) {
      const start = this.#runs[2 * run]! * bytesPerSlot;
      const end = start + this.#runs[2 * run + 1]! * bytesPerSlot;
      if (end - start >= VIEW_BYTES_MIN) {
        writer.bytes.set(bytes.subarray(start, end), writer.length);
        writer.length += end - start;
      } else {
        for (let i = start; i < end; i++) writer.bytes[writer.length++] = bytes[i]!;
      }
    }
  }

  /** As many rows as fit a section; their count is known afterwards, so values go into a part of their own first. */
  #encodeList(writer: ByteWriter, column: Column, kept: KeptChunks): void {
    const { isCopied, list } = kept.listOf(this.#chunk);
    const base = isCopied ? this.#chunk * this.#chunkSlots : 0;
    const isText = column.shape === SHAPE_STRING;
    const from = this.#row;
    let row = from;
    let bytes = 0;
    // What a row takes is estimated from above by its length: no second pass over the text.
    while (row < this.#rowCount && bytes < this.#sectionBytes) bytes += 2 + list[this.#slots[row++]! - base]!.length;
    writer.varint(row - from);
    for (let i = from; i < row; i++) {
      const value = list[this.#slots[i]! - base]!;
      if (isText) {
        writer.string(value as string);
      } else {
        writer.varint(value.length);
        writer.raw(value as Uint8Array);
      }
    }
    this.#row = row;
  }
}

export const SECTION_TABLE = 1;
export const SECTION_ROWS = 2;
export const SECTION_CELLS = 3;

/** Into what parts a snapshot is cut. */
export interface SnapshotCut {
  /** A chunk has 2^chunkShift slots of one column. */
  readonly chunkShift: number;
  /** Where a section of strings or encoded values ends, about. */
  readonly sectionBytes: number;
}

/** Small enough that one more chunk to copy or one more section to write is of no account, large enough to be mostly values. */
const CUT: SnapshotCut = { chunkShift: 12, sectionBytes: 1 << 15 };
/** From here on a copy through a view is cheaper than one byte after the other. */
const VIEW_BYTES_MIN = 48;

interface KeptTable {
  readonly table: Table;
  readonly slotCount: number;
  readonly sequences: readonly number[];
  readonly live: KeptChunks;
  readonly columns: readonly { readonly column: Column; readonly kept: KeptChunks }[];
}

function keepTable(table: Table, chunkShift: number, memory: SnapshotMemory | null): KeptTable {
  const positions = snapshotColumnsOf(table.plan);
  const columns = positions.map((position) => {
    const column = table.columns[position]!;
    return { column, kept: new KeptChunks(table, column, chunkShift, memory?.takeFor(column)) };
  });
  const live = new KeptChunks(table, null, chunkShift, memory?.takeFor(table));
  if (columns.length > 0) {
    for (const { column, kept } of columns) column.kept = kept;
    table.kept = live;
  }
  return {
    table,
    slotCount: columns.length === 0 ? 0 : table.slotCount,
    sequences: table.sequences.map(({ position }) => position),
    live,
    columns,
  };
}

function release({ table, columns }: KeptTable): void {
  table.kept = null;
  for (const { column } of columns) column.kept = null;
}

function encodeHead(writer: ByteWriter, { table, slotCount, sequences, columns }: KeptTable): void {
  writer.u8(SECTION_TABLE);
  writer.varint(table.plan.id);
  writer.varint(sequences.length);
  for (const position of sequences) writer.varint(position);
  writer.varint(slotCount);
  writer.varint(columns.length);
  for (const { column } of columns) writer.varint(column.plan.id);
}
