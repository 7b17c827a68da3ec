import type { ByteWriter } from '@tickbase/base';
import type { ColumnBuffer } from '@tickbase/schema/plan';
import { TURN, quantizeToInteger } from '../quantize.ts';
import { encodeStored } from '../values/stored.ts';
import { ESCAPE_NAN, ESCAPE_NEGATIVE_INFINITY, ESCAPE_OFFSET, ESCAPE_POSITIVE_INFINITY } from './piece-flags.ts';
import { cellBase, type ColumnLayout, type PairLayout } from './piece-layout.ts';
import type { CellPlace } from '../server/section.ts';

/**
 * Appends one column of the rows slots[from…to): a block, in the column's form. Returns false, with the writer anywhere,
 * when a value does not fit the form.
 *   data    by slot, of the column's storage kind
 *   slots   u32[>= to]
 */
export function encodeColumn(
  writer: ByteWriter,
  column: ColumnLayout,
  data: ColumnBuffer,
  slots: Uint32Array,
  from: number,
  to: number,
): boolean {
  switch (column.form) {
    case 'plain':
      encodePlain(writer, column, data, slots, from, to);
      return true;
    case 'varint':
      if (column.kind === 'u64') encodeVarints64(writer, data as BigUint64Array, slots, from, to, false);
      else for (let i = from; i < to; i++) writer.varint((data as Uint32Array)[slots[i]!]!);
      return true;
    case 'zigzag':
      if (column.storage === 'i64') encodeVarints64(writer, data as BigInt64Array, slots, from, to, true);
      else for (let i = from; i < to; i++) writer.zigzag((data as Int32Array)[slots[i]!]!);
      return true;
    case 'steps':
      return encodeSteps(writer, column, data as Float32Array, slots, from, to);
    case 'fixed':
      return encodeFixed(writer, column, data as Float32Array, slots, from, to);
    case 'escaped':
      encodeEscaped(writer, column, data as Float32Array, slots, from, to);
      return true;
    default:
      return true; // pairs travel through encodePair
  }
}

/**
 * Appends the cell-relative coordinates of the rows slots[from…to). Returns false when one lies too far outside
 * of the cell.
 */
export function encodePair(
  writer: ByteWriter,
  pair: PairLayout,
  place: CellPlace,
  xs: Float32Array | Float64Array,
  ys: Float32Array | Float64Array,
  slots: Uint32Array,
  from: number,
  to: number,
): boolean {
  const { step, limit, byteCount } = pair;
  const baseX = cellBase(pair, place.cellX);
  const baseY = cellBase(pair, place.cellY);
  writer.reserve((to - from) * byteCount);
  const { bytes, data } = writer;
  let at = writer.length;
  for (let i = from; i < to; i++) {
    const slot = slots[i]!;
    const x = Math.round(xs[slot]! / step) - baseX;
    const y = Math.round(ys[slot]! / step) - baseY;
    if (!(x >= 0 && x < limit && y >= 0 && y < limit)) return false; // NaN fails too
    if (byteCount === 3) {
      bytes[at] = x;
      bytes[at + 1] = (x >> 8) | ((y & 0xf) << 4);
      bytes[at + 2] = y >> 4;
    } else if (byteCount === 4) {
      data.setUint16(at, x, true);
      data.setUint16(at + 2, y, true);
    } else {
      data.setUint32(at, x, true);
      data.setUint32(at + 4, y, true);
    }
    at += byteCount;
  }
  writer.length = at;
  return true;
}

function encodePlain(
  writer: ByteWriter,
  column: ColumnLayout,
  data: ColumnBuffer,
  slots: Uint32Array,
  from: number,
  to: number,
): void {
  if (column.storage === 'u8' || column.storage === 'i8') {
    writer.reserve(to - from);
    const { bytes } = writer;
    for (let i = from; i < to; i++) bytes[writer.length++] = (data as Uint8Array)[slots[i]!]!;
    return;
  }
  if (column.storage === 'f32') {
    for (let i = from; i < to; i++) writer.f32((data as Float32Array)[slots[i]!]!);
    return;
  }
  for (let i = from; i < to; i++) encodeStored(writer, column.storage, data, slots[i]!);
}

/** 64-bit integers as varints, read as two words: a bigint for each would be garbage. */
function encodeVarints64(
  writer: ByteWriter,
  data: BigUint64Array | BigInt64Array,
  slots: Uint32Array,
  from: number,
  to: number,
  isZigzag: boolean,
): void {
  const words = new Uint32Array(data.buffer, data.byteOffset, 2 * data.length);
  writer.reserve(10 * (to - from));
  const { bytes } = writer;
  let at = writer.length;
  for (let i = from; i < to; i++) {
    const word = 2 * slots[i]!;
    let low = words[word + LOW_WORD]!;
    let high = words[word + 1 - LOW_WORD]!;
    if (isZigzag) {
      const sign = (high | 0) >> 31;
      high = (((high << 1) | (low >>> 31)) ^ sign) >>> 0;
      low = ((low << 1) ^ sign) >>> 0;
    }
    while (high !== 0) {
      bytes[at++] = (low & 0x7f) | 0x80;
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    while (low > 0x7f) {
      bytes[at++] = (low & 0x7f) | 0x80;
      low >>>= 7;
    }
    bytes[at++] = low;
  }
  writer.length = at;
}

/** Where the low word of a 64-bit integer lies in this machine's memory. */
const LOW_WORD = new Uint32Array(new BigUint64Array([1n]).buffer)[0] === 1 ? 0 : 1;

function encodeSteps(
  writer: ByteWriter,
  column: ColumnLayout,
  data: Float32Array | Float64Array,
  slots: Uint32Array,
  from: number,
  to: number,
): boolean {
  const quantize = column.quantize!;
  for (let i = from; i < to; i++) {
    const k = quantizeToInteger(quantize, data[slots[i]!]!);
    if (!Number.isFinite(k)) return false;
    writer.zigzag(k);
  }
  return true;
}

function encodeFixed(
  writer: ByteWriter,
  column: ColumnLayout,
  data: Float32Array | Float64Array,
  slots: Uint32Array,
  from: number,
  to: number,
): boolean {
  const { base, byteCount, limit } = column;
  const quantize = column.quantize!;
  // The arithmetic of quantizeToInteger, with what does not change taken out of the loop.
  const isAngle = quantize.kind === 'angle';
  const unit = quantize.kind === 'angle' ? TURN : quantize.step;
  writer.reserve((to - from) * byteCount);
  const { bytes } = writer;
  let at = writer.length;
  for (let i = from; i < to; i++) {
    let k = data[slots[i]!]! / unit;
    if (isAngle) {
      k = Math.round((k - Math.floor(k)) * limit);
      if (k === limit) k = 0;
    } else {
      k = Math.round(k) - base;
    }
    if (!(k >= 0 && k < limit)) return false; // NaN fails too
    bytes[at++] = k;
    if (byteCount > 1) bytes[at++] = k >>> 8;
    if (byteCount > 2) bytes[at++] = k >>> 16;
    if (byteCount > 3) bytes[at++] = k >>> 24;
  }
  writer.length = at;
  return true;
}

function encodeEscaped(
  writer: ByteWriter,
  column: ColumnLayout,
  data: Float32Array | Float64Array,
  slots: Uint32Array,
  from: number,
  to: number,
): void {
  const quantize = column.quantize!;
  for (let i = from; i < to; i++) {
    const k = quantizeToInteger(quantize, data[slots[i]!]!);
    if (Number.isNaN(k)) writer.varint(ESCAPE_NAN);
    else if (k === Infinity) writer.varint(ESCAPE_POSITIVE_INFINITY);
    else if (k === -Infinity) writer.varint(ESCAPE_NEGATIVE_INFINITY);
    else writer.varint(ESCAPE_OFFSET + (k < 0 ? -2 * k - 1 : 2 * k));
  }
}
