import { ByteReader } from '@tickbase/base';
import type { WireTable } from '../schema/wire-schema.ts';
import type { Watch } from '../server/section.ts';
import { ZERO_SIZE_ITEMS_MAX } from '../values/codec-limits.ts';
import { decodeColumn, decodePair } from './decode-column.ts';
import { badPiece } from './piece-error.ts';
import * as flags from './piece-flags.ts';
import { PIECE_HEADER_BYTES, pieceByteLength, readPieceFlags } from './piece-header.ts';
import { pieceLayoutOf, type PieceLayout } from './piece-layout.ts';
import { PIECE_EVENTS, type PieceSink } from './piece-port.ts';

/**
 * Reads the piece at `offset` and returns its end. The sink may throw; a piece that is not what WIRE.md says is a TickbaseError
 * (WIRE_*), by when the sink may have had a part of it. Not to be called from within a sink.
 */
export function decodePiece(
  bytes: Uint8Array,
  offset: number,
  table: WireTable,
  watch: Watch,
  sink: PieceSink,
): number {
  if (!(offset >= 0 && offset + PIECE_HEADER_BYTES <= bytes.length)) throw badPiece('a piece is cut off', offset);
  const end = offset + pieceByteLength(bytes, offset);
  if (end > bytes.length) throw badPiece('a piece is cut off', offset);
  const bits = readPieceFlags(bytes, offset);
  const reader = new ByteReader(bytes, offset + PIECE_HEADER_BYTES, end);
  const layout = pieceLayoutOf(table, watch.cell !== null, watch.isExact, (bits & flags.PIECE_ESCAPED) !== 0);
  rowScratch.length = layout.columns.length;
  if ((bits & PIECE_EVENTS) !== 0) {
    if ((bits & EVENT_FORBIDDEN) !== 0 || (bits & flags.PIECE_HAS_ENTERS) === 0) {
      throw badPiece('an event piece has more than enters', offset);
    }
    decodeEvents(reader, layout, watch, sink);
  } else {
    const isWide = (bits & flags.PIECE_WIDE_NAMES) !== 0;
    if ((bits & flags.PIECE_HAS_LEAVES) !== 0) decodeLeaves(reader, isWide, sink);
    if ((bits & flags.PIECE_HAS_ENTERS) !== 0) decodeEnters(reader, layout, watch, isWide, sink);
    if ((bits & flags.PIECE_HAS_UPDATES) !== 0) decodeUpdates(reader, layout, watch, sink);
  }
  if (reader.offset !== end) throw badPiece('something follows a piece', reader.offset);
  return end;
}

const EVENT_FORBIDDEN = flags.PIECE_HAS_LEAVES | flags.PIECE_HAS_UPDATES | flags.PIECE_WIDE_NAMES;

// Scratch, reused from piece to piece: blocks come column by column, the sink wants row by row.
/** By column place, then by row. */
const blocks: unknown[][] = [];
/** By column place: the row that the sink sees. */
const rowScratch: unknown[] = [];
const namesScratch: number[] = [];
const numbersScratch: number[] = [];

function decodeLeaves(reader: ByteReader, isWide: boolean, sink: PieceSink): void {
  const count = readCount(reader, isWide ? 3 : 2);
  readNames(reader, isWide, count);
  for (let i = 0; i < count; i++) numbersScratch[i] = readU32(reader);
  for (let i = 0; i < count; i++) sink.leave(namesScratch[i]!, numbersScratch[i]!);
}

function decodeEnters(reader: ByteReader, layout: PieceLayout, watch: Watch, isWide: boolean, sink: PieceSink): void {
  const count = readCount(reader, (isWide ? 3 : 2) + layout.rowSizeMin);
  readNames(reader, isWide, count);
  for (let i = 0; i < count; i++) numbersScratch[i] = readU32(reader);
  readBlocks(reader, layout, watch, count, null);
  for (let i = 0; i < count; i++) {
    fillRow(layout, i);
    sink.enter(namesScratch[i]!, numbersScratch[i]!, rowScratch);
  }
}

function decodeEvents(reader: ByteReader, layout: PieceLayout, watch: Watch, sink: PieceSink): void {
  const missed = reader.varint();
  const count = layout.rowSizeMin === 0 ? reader.varint() : readCount(reader, layout.rowSizeMin, 0);
  if (layout.rowSizeMin === 0 && count > ZERO_SIZE_ITEMS_MAX)
    throw badPiece('an event piece has too many rows', reader.offset);
  readBlocks(reader, layout, watch, count, null);
  if (missed > 0) sink.missedEvents(missed);
  for (let i = 0; i < count; i++) {
    fillRow(layout, i);
    sink.enter(-1, -1, rowScratch);
  }
}

function decodeUpdates(reader: ByteReader, layout: PieceLayout, watch: Watch, sink: PieceSink): void {
  const runCount = readCount(reader, 3);
  for (let run = 0; run < runCount; run++) {
    const changedCount = readMask(reader, layout);
    const count = readSortedNames(reader);
    readBlocks(reader, layout, watch, count, changedCount);
    for (let i = 0; i < count; i++) {
      for (let c = 0; c < changedCount; c++) rowScratch[changed[c]!] = blocks[changed[c]!]![i];
      sink.update(namesScratch[i]!, changed, changedCount, rowScratch);
    }
  }
}

/** Places of the columns in a run's mask, ascending. */
const changed = new Uint8Array(256);

/** Reads a mask into `changed`; returns the number of columns. */
function readMask(reader: ByteReader, layout: PieceLayout): number {
  let changedCount = 0;
  let hasX = false;
  let hasY = false;
  for (let bit = 0; ; bit += 7) {
    const byte = reader.u8();
    for (let i = 0; i < 7; i++) {
      if ((byte & (1 << i)) === 0) continue;
      const place = bit + i;
      if (place >= layout.columns.length) throw badPiece('a mask names no column', reader.offset);
      if (place === layout.pair?.x) hasX = true;
      if (place === layout.pair?.y) hasY = true;
      changed[changedCount++] = place;
    }
    if (byte < 0x80) {
      if (byte === 0 || hasX !== hasY) throw badPiece('a mask is empty, too long, or half', reader.offset);
      return changedCount;
    }
    if (bit > 255) throw badPiece('a mask is too long', reader.offset);
  }
}

/** Reads a run's names into `namesScratch`; returns their number. */
function readSortedNames(reader: ByteReader): number {
  const header = reader.varint();
  const count = Math.floor(header / 2);
  if (count < 1 || count > 0x1_0000) throw badPiece('a run has too many names', reader.offset);
  let name = reader.varint();
  namesScratch[0] = name;
  let found = 1;
  if (header % 2 === 0) {
    if (count - 1 > reader.remaining) throw badPiece('a run has too many names', reader.offset);
    for (; found < count; found++) {
      name += 1 + reader.varint();
      namesScratch[found] = name;
    }
  } else {
    const length = reader.varint();
    if (length > 0x2000) throw badPiece('a run has too many names', reader.offset);
    const start = reader.take(length);
    for (let bit = 0; bit < 8 * length; bit++) {
      if ((reader.bytes[start + (bit >>> 3)]! & (1 << (bit & 7))) === 0) continue;
      name = namesScratch[0] + 1 + bit;
      namesScratch[found++] = name;
    }
    const isShortest = length > 0 && reader.bytes[start + length - 1] !== 0;
    if (found !== count || !isShortest) throw badPiece('a run has other names than it counts', reader.offset);
  }
  if (name > 0xffff) throw badPiece(`${name} is no name`, reader.offset);
  return count;
}

/** Reads the blocks of all columns (changedCount null), or of changed[0…changedCount), into `blocks`. */
function readBlocks(
  reader: ByteReader,
  layout: PieceLayout,
  watch: Watch,
  count: number,
  changedCount: number | null,
): void {
  const { columns, pair } = layout;
  const columnCount = changedCount ?? columns.length;
  for (let c = 0; c < columnCount; c++) {
    const column = columns[changedCount === null ? c : changed[c]!]!;
    if (column.form === 'paired') continue;
    if (column.form === 'pair') {
      const xs = blockOf(pair!.x);
      const ys = blockOf(pair!.y);
      decodePair(reader, pair!, watch.cell!, columns[pair!.x]!.isF32, columns[pair!.y]!.isF32, xs, ys, count);
    } else {
      decodeColumn(reader, column, blockOf(column.place), count);
    }
  }
}

function blockOf(place: number): unknown[] {
  while (blocks.length <= place) blocks.push([]);
  return blocks[place]!;
}

function fillRow(layout: PieceLayout, row: number): void {
  const columnCount = layout.columns.length;
  for (let place = 0; place < columnCount; place++) rowScratch[place] = blocks[place]![row];
}

/** A count of items that take at least `sizeMin` bytes each: more than fit are refused before anything loops over them. */
function readCount(reader: ByteReader, sizeMin: number, countMin = 1): number {
  const count = reader.varint();
  if (count < countMin || count * sizeMin > reader.remaining) {
    throw badPiece(`${count} items do not fit`, reader.offset);
  }
  return count;
}

function readNames(reader: ByteReader, isWide: boolean, count: number): void {
  for (let i = 0; i < count; i++) namesScratch[i] = isWide ? reader.u16() : reader.u8();
}

function readU32(reader: ByteReader): number {
  const value = reader.varint();
  if (value > 0xffff_ffff) throw badPiece(`${value} is no handle or slot`, reader.offset);
  return value;
}
