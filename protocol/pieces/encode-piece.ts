/**
 * A piece's bytes (WIRE.md, "Pieces"), straight from the store's columns. Column blocks are loops over slots; what a
 * row costs is its bytes.
 */
import { assert, type ByteWriter } from '@tickbase/base';
import { encodeColumn, encodePair } from './encode-column.ts';
import * as flags from './piece-flags.ts';
import { PIECE_BODY_BYTES_MAX, PIECE_HEADER_BYTES } from './piece-header.ts';
import { pieceLayoutOf, type PieceLayout } from './piece-layout.ts';
import { PIECE_EVENTS, type PieceSource } from './piece-port.ts';
import { groupUpdates, onlyMaskOf, type UpdateRun } from './update-runs.ts';

/**
 * Appends one piece, at any offset. `source.table` is the same object from piece to piece: how its columns travel is worked
 * out once for each.
 */
export function encodePiece(writer: ByteWriter, source: PieceSource): void {
  const start = writer.length;
  if (encodeAs(writer, source, false)) return;
  // Some value lies outside of what its column was promised to hold. Rare, so the piece is written anew, with room for it.
  writer.length = start;
  assert(encodeAs(writer, source, true), 'an escaped piece holds every value');
}

function encodeAs(writer: ByteWriter, source: PieceSource, isEscaped: boolean): boolean {
  const start = writer.length;
  const layout = pieceLayoutOf(source.table, source.cell !== null, source.isExact, isEscaped);
  const columnCount = layout.columns.length;
  for (let place = 0; place < columnCount; place++) blockBytes[place] = 0; // a call would cost more
  writer.reserve(PIECE_HEADER_BYTES);
  writer.length += PIECE_HEADER_BYTES; // filled in below
  let bits = source.flags | (isEscaped ? flags.PIECE_ESCAPED : 0);
  if ((bits & PIECE_EVENTS) !== 0) {
    assert(source.leaveCount === 0 && source.updateCount === 0, 'event pieces have enters only');
    bits |= flags.PIECE_HAS_ENTERS;
    writer.varint(source.missedEvents ?? 0);
    writer.varint(source.enterCount);
    if (!encodeRows(writer, source, layout, source.enterSlots, 0, source.enterCount)) return false;
  } else {
    const isWide = hasWideName(source);
    if (isWide) bits |= flags.PIECE_WIDE_NAMES;
    if (source.leaveCount > 0) {
      bits |= flags.PIECE_HAS_LEAVES;
      encodeLeaves(writer, source, isWide);
    }
    if (source.enterCount > 0) {
      bits |= flags.PIECE_HAS_ENTERS;
      writer.varint(source.enterCount);
      encodeNames(writer, source.enterNames, source.enterCount, isWide);
      for (let i = 0; i < source.enterCount; i++) writer.varint(source.enterSlots[i]!);
      if (!encodeRows(writer, source, layout, source.enterSlots, 0, source.enterCount)) return false;
    }
    if (source.updateCount > 0) {
      bits |= flags.PIECE_HAS_UPDATES;
      if (!encodeUpdates(writer, source, layout)) return false;
    }
  }
  const bodyLength = writer.length - start - PIECE_HEADER_BYTES;
  assert(bodyLength <= PIECE_BODY_BYTES_MAX, 'a piece has at most 16 MiB: split large partitions into several');
  writer.patchU32(start, source.handle);
  writer.patchU32(start + 4, (bodyLength | (bits << 24)) >>> 0);
  const counted = source.columnBytes ?? null;
  if (counted !== null) {
    for (let place = 0; place < columnCount; place++) counted[place]! += blockBytes[place]!;
    counted[columnCount]! += writer.length - start;
  }
  return true;
}

/** Scratch: by column place, bytes of its blocks in the piece that is being written. */
const blockBytes = new Float64Array(256);

function hasWideName(source: PieceSource): boolean {
  for (let i = 0; i < source.leaveCount; i++) if (source.leaveNames[i]! > 0xff) return true;
  for (let i = 0; i < source.enterCount; i++) if (source.enterNames[i]! > 0xff) return true;
  return false;
}

function encodeLeaves(writer: ByteWriter, source: PieceSource, isWide: boolean): void {
  writer.varint(source.leaveCount);
  encodeNames(writer, source.leaveNames, source.leaveCount, isWide);
  for (let i = 0; i < source.leaveCount; i++) writer.varint(source.leaveTo[i]!);
}

function encodeNames(writer: ByteWriter, names: Uint16Array, count: number, isWide: boolean): void {
  if (isWide) for (let i = 0; i < count; i++) writer.u16(names[i]!);
  else for (let i = 0; i < count; i++) writer.u8(names[i]!);
}

/** All columns of the rows slots[from…to). */
function encodeRows(
  writer: ByteWriter,
  source: PieceSource,
  layout: PieceLayout,
  slots: Uint32Array,
  from: number,
  to: number,
): boolean {
  for (let place = 0; place < layout.columns.length; place++) {
    if (!encodeBlock(writer, source, layout, place, slots, from, to)) return false;
  }
  return true;
}

function encodeBlock(
  writer: ByteWriter,
  source: PieceSource,
  layout: PieceLayout,
  place: number,
  slots: Uint32Array,
  from: number,
  to: number,
): boolean {
  const column = layout.columns[place]!;
  const start = writer.length;
  let isHeld: boolean;
  if (column.form === 'pair') {
    const { pair } = layout;
    const xs = source.columns[pair!.x] as Float32Array;
    const ys = source.columns[pair!.y] as Float32Array;
    isHeld = encodePair(writer, pair!, source.cell!, xs, ys, slots, from, to);
  } else isHeld = encodeColumn(writer, column, source.columns[place]!, slots, from, to);
  blockBytes[place]! += writer.length - start;
  return isHeld;
}

function encodeUpdates(writer: ByteWriter, source: PieceSource, layout: PieceLayout): boolean {
  const only = onlyMaskOf(source, layout.pair);
  if (only !== 0) return encodeOnlyRun(writer, source, layout, only);
  const { runs, runCount, names, slots } = groupUpdates(source, layout.pair);
  writer.varint(runCount);
  for (let i = 0; i < runCount; i++) {
    const run = runs[i]!;
    encodeMask(writer, run);
    encodeSortedNames(writer, names, run.start, run.start + run.count);
    for (let place = 0; place < layout.columns.length; place++) {
      if ((run.mask[place >>> 5]! & (1 << (place & 31))) === 0) continue;
      if (!encodeBlock(writer, source, layout, place, slots, run.start, run.start + run.count)) return false;
    }
  }
  return true;
}

/** Updates that all have this mask are a run as they stand. */
function encodeOnlyRun(writer: ByteWriter, source: PieceSource, layout: PieceLayout, mask: number): boolean {
  const { updateCount, updateNames, updateSlots } = source;
  writer.u8(1);
  writer.varint(mask);
  encodeSortedNames(writer, updateNames, 0, updateCount);
  for (let bits = mask; bits !== 0; bits &= bits - 1) {
    const place = 31 - Math.clz32(bits & -bits);
    if (!encodeBlock(writer, source, layout, place, updateSlots, 0, updateCount)) return false;
  }
  return true;
}

/** Seven bits a byte, lowest columns first, as a varint of any size. */
function encodeMask(writer: ByteWriter, run: UpdateRun): void {
  const { mask } = run;
  let last = mask.length - 1;
  while (last > 0 && mask[last] === 0) last--;
  if (last === 0) {
    writer.varint(mask[0]!);
    return;
  }
  const bitCount = 32 * last + (32 - Math.clz32(mask[last]!));
  for (let bit = 0; bit < bitCount; bit += 7) {
    const word = bit >>> 5;
    const shift = bit & 31;
    let group = mask[word]! >>> shift;
    if (shift > 25 && word < last) group |= mask[word + 1]! << (32 - shift);
    writer.u8((group & 0x7f) | (bit + 7 < bitCount ? 0x80 : 0));
  }
}

/**
 * Ascending names: twice the count (plus one for a bitmap) and the first name; then the gaps less one, or, when
 * smaller, a bitmap's length in bytes and the bitmap of the names behind the first.
 */
function encodeSortedNames(writer: ByteWriter, names: Uint16Array, from: number, to: number): void {
  const first = names[from]!;
  if (first < 0x80 && names[to - 1]! - first <= 0x80 && to - from < 0x40) {
    encodeNearNames(writer, names, from, to);
    return;
  }
  const bitmapLength = (names[to - 1]! - first + 7) >>> 3;
  let gapsLength = 0;
  for (let i = from + 1; i < to; i++) gapsLength += names[i]! - names[i - 1]! - 1 < 0x80 ? 1 : 2;
  const isBitmap = bitmapLength + 1 < gapsLength;
  writer.varint(2 * (to - from) + (isBitmap ? 1 : 0));
  writer.varint(first);
  if (!isBitmap) {
    for (let i = from + 1; i < to; i++) writer.varint(names[i]! - names[i - 1]! - 1);
    return;
  }
  writer.varint(bitmapLength);
  const start = writer.length;
  writer.zeros(bitmapLength);
  const { bytes } = writer;
  for (let i = from + 1; i < to; i++) {
    const bit = names[i]! - first - 1;
    bytes[start + (bit >>> 3)]! |= 1 << (bit & 7);
  }
}

/** The same of names that lie so near one another that each number is a byte. */
function encodeNearNames(writer: ByteWriter, names: Uint16Array, from: number, to: number): void {
  const first = names[from]!;
  const count = to - from;
  const bitmapLength = (names[to - 1]! - first + 7) >>> 3;
  const isBitmap = bitmapLength + 1 < count - 1;
  writer.reserve(2 + Math.max(count, 1 + bitmapLength));
  const { bytes } = writer;
  let at = writer.length;
  bytes[at++] = 2 * count + (isBitmap ? 1 : 0);
  bytes[at++] = first;
  if (isBitmap) {
    bytes[at++] = bitmapLength;
    for (let i = 0; i < bitmapLength; i++) bytes[at + i] = 0;
    for (let i = from + 1; i < to; i++) {
      const bit = names[i]! - first - 1;
      bytes[at + (bit >>> 3)]! |= 1 << (bit & 7);
    }
    at += bitmapLength;
  } else for (let i = from + 1; i < to; i++) bytes[at++] = names[i]! - names[i - 1]! - 1;
  writer.length = at;
}
