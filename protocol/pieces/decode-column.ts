import type { ByteReader } from '@tickbase/base';
import { TimeDuration, Timestamp } from '@tickbase/schema/values';
import { quantizeUnit } from '../quantize.ts';
import type { CellPlace } from '../server/section.ts';
import { ESCAPE_NAN, ESCAPE_NEGATIVE_INFINITY, ESCAPE_OFFSET, ESCAPE_POSITIVE_INFINITY } from './piece-flags.ts';
import { cellBase, type ColumnLayout, type PairLayout } from './piece-layout.ts';
import { badPiece } from './piece-error.ts';

/** Reads a column's block of `count` rows into values[0…count). Not for pairs. */
export function decodeColumn(reader: ByteReader, column: ColumnLayout, values: unknown[], count: number): void {
  const { quantize, isF32, kind } = column;
  switch (column.form) {
    case 'plain':
      for (let i = 0; i < count; i++) values[i] = column.codec.decode(reader);
      return;
    case 'varint':
      if (kind === 'u64') for (let i = 0; i < count; i++) values[i] = reader.varintBig();
      else {
        const max = kind === 'u16' ? 0xffff : 0xffff_ffff;
        for (let i = 0; i < count; i++) values[i] = checkRange(reader.varint(), 0, max, reader);
      }
      return;
    case 'zigzag':
      decodeZigzag(reader, kind, values, count);
      return;
    case 'steps':
    case 'fixed':
    case 'escaped': {
      const unit = quantizeUnit(quantize!);
      for (let i = 0; i < count; i++) {
        const x = readInteger(reader, column) * unit;
        values[i] = isF32 ? Math.fround(x) : x;
      }
      return;
    }
    default:
      throw badPiece('a pair is read through decodePair', reader.offset);
  }
}

/** Reads the cell-relative coordinates of `count` rows. */
export function decodePair(
  reader: ByteReader,
  pair: PairLayout,
  place: CellPlace,
  isXF32: boolean,
  isYF32: boolean,
  xs: unknown[],
  ys: unknown[],
  count: number,
): void {
  const { step, byteCount } = pair;
  const baseX = cellBase(pair, place.cellX);
  const baseY = cellBase(pair, place.cellY);
  for (let i = 0; i < count; i++) {
    let x: number;
    let y: number;
    if (byteCount === 3) {
      const both = readFixed(reader, 3);
      x = both & 0xfff;
      y = both >>> 12;
    } else if (byteCount === 4) {
      x = reader.u16();
      y = reader.u16();
    } else {
      x = reader.u32();
      y = reader.u32();
    }
    const exactX = (baseX + x) * step;
    const exactY = (baseY + y) * step;
    xs[i] = isXF32 ? Math.fround(exactX) : exactX;
    ys[i] = isYF32 ? Math.fround(exactY) : exactY;
  }
}

function decodeZigzag(reader: ByteReader, kind: ColumnLayout['kind'], values: unknown[], count: number): void {
  switch (kind) {
    case 'i16':
      for (let i = 0; i < count; i++) values[i] = checkRange(reader.zigzag(), -0x8000, 0x7fff, reader);
      return;
    case 'i32':
      for (let i = 0; i < count; i++) values[i] = checkRange(reader.zigzag(), -0x8000_0000, 0x7fff_ffff, reader);
      return;
    case 'timestamp':
      for (let i = 0; i < count; i++) values[i] = new Timestamp(reader.zigzagBig());
      return;
    case 'timeDuration':
      for (let i = 0; i < count; i++) values[i] = new TimeDuration(reader.zigzagBig());
      return;
    default:
      for (let i = 0; i < count; i++) values[i] = reader.zigzagBig();
  }
}

/** The integer of a quantized value. */
function readInteger(reader: ByteReader, column: ColumnLayout): number {
  if (column.form === 'steps') return reader.zigzag();
  if (column.form === 'escaped') return readEscaped(reader);
  return column.base + checkRange(readFixed(reader, column.byteCount), 0, column.limit - 1, reader);
}

function readFixed(reader: ByteReader, byteCount: number): number {
  const at = reader.take(byteCount);
  const { bytes } = reader;
  let value = bytes[at]!;
  if (byteCount > 1) value |= bytes[at + 1]! << 8;
  if (byteCount > 2) value |= bytes[at + 2]! << 16;
  if (byteCount > 3) value |= bytes[at + 3]! << 24;
  return value >>> 0;
}

function readEscaped(reader: ByteReader): number {
  const escaped = reader.varint();
  if (escaped === ESCAPE_NAN) return NaN;
  if (escaped === ESCAPE_POSITIVE_INFINITY) return Infinity;
  if (escaped === ESCAPE_NEGATIVE_INFINITY) return -Infinity;
  const zigzag = escaped - ESCAPE_OFFSET;
  return zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
}

function checkRange(value: number, min: number, max: number, reader: ByteReader): number {
  if (value < min || value > max) throw badPiece(`${value} is out of its column's range`, reader.offset);
  return value;
}
