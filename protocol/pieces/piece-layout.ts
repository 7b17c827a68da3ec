/**
 * How the columns of a table travel in pieces (WIRE.md, "Column encodings"): one form per column, chosen from the schema, the
 * watch, and the piece's escape flag alone, so that both sides choose alike.
 */
import { assert } from '@tickbase/base';
import { storageKindOf, type QuantizePlan, type StorageKind } from '@tickbase/schema/plan';
import { quantizeToInteger } from '../quantize.ts';
import type { WireColumn, WireTable } from '../schema/wire-schema.ts';
import { compileCodec, type Codec } from '../values/codec.ts';
import { minimalSize } from '../values/minimal-size.ts';

export type ColumnForm =
  /** The positional encoding. */
  | 'plain'
  /** Unsigned integers as varints. */
  | 'varint'
  /** Signed integers, timestamps and durations as zigzag varints. */
  | 'zigzag'
  /** A quantized integer as a zigzag varint. */
  | 'steps'
  /** A quantized integer, less `base`, in `byteCount` bytes. */
  | 'fixed'
  /** A quantized integer in a piece with values that other forms cannot hold. */
  | 'escaped'
  /** The first column of a cell-relative pair: both travel here. */
  | 'pair'
  /** The second column of a pair: nothing travels here. */
  | 'paired';

export interface ColumnLayout {
  readonly form: ColumnForm;
  readonly place: number;
  readonly storage: StorageKind;
  readonly codec: Codec;
  readonly kind: WireColumn['type']['kind'];
  readonly quantize: QuantizePlan | null;
  readonly isF32: boolean;
  /** 'fixed': what k counts from, the width, and what k - base stays below. */
  readonly base: number;
  readonly byteCount: number;
  readonly limit: number;
}

/** Two coordinates that are sent as distances from a corner a little outside of their cell. */
export interface PairLayout {
  readonly x: number;
  readonly y: number;
  readonly cell: number;
  readonly step: number;
  /** 3, 4 or 8 bytes for both. */
  readonly byteCount: number;
  /** Each coordinate is below this. */
  readonly limit: number;
}

export interface PieceLayout {
  readonly columns: readonly ColumnLayout[];
  readonly pair: PairLayout | null;
  /** The fewest bytes of a row's columns. */
  readonly rowSizeMin: number;
}

/** A row lies at most this part of a cell outside of its cell. */
const CELL_MARGIN = 1 / 16;

export function pieceLayoutOf(table: WireTable, isCell: boolean, isExact: boolean, isEscaped: boolean): PieceLayout {
  if (table !== lastTable) {
    ofLastTable = layouts.get(table) ?? [];
    layouts.set(table, ofLastTable);
    lastTable = table;
  }
  const key = (isCell ? 1 : 0) | (isExact ? 2 : 0) | (isEscaped ? 4 : 0);
  return (ofLastTable[key] ??= makeLayout(table, isCell, isExact, isEscaped));
}

/** The integer from which a coordinate of a cell counts: a margin's width below the cell's low edge. */
export function cellBase(pair: PairLayout, cellPlace: number): number {
  return quantizeToInteger(
    { kind: 'step', step: pair.step, min: null, max: null },
    (cellPlace - CELL_MARGIN) * pair.cell,
  );
}

const layouts = new WeakMap<WireTable, (PieceLayout | undefined)[]>();
/** Many pieces of one table follow one another. */
let lastTable: WireTable | null = null;
let ofLastTable: (PieceLayout | undefined)[] = [];

function makeLayout(table: WireTable, isCell: boolean, isExact: boolean, isEscaped: boolean): PieceLayout {
  assert(table.columns.length <= 255, 'a table has at most 255 columns');
  const pair = isCell && !isExact && !isEscaped ? pairOf(table) : null;
  const columns = table.columns.map((column, place) => columnLayout(column, place, isExact, isEscaped, pair));
  const rowSizeMin = columns.reduce((sum, column) => sum + formSizeMin(column, table, pair), 0);
  return { columns, pair, rowSizeMin };
}

function pairOf(table: WireTable): PairLayout | null {
  const { spatial } = table;
  if (spatial?.kind !== 'position') return null;
  const x = table.columns[spatial.x]?.quantize;
  const y = table.columns[spatial.y]?.quantize;
  if (x?.kind !== 'step' || y?.kind !== 'step' || x.step !== y.step) return null;
  // A cell and its margins, in steps, and one more for the rounding at both ends.
  const span = Math.ceil((spatial.cell * (1 + 2 * CELL_MARGIN)) / x.step) + 1;
  if (span >= 2 ** 32) return null;
  const bits = span < 2 ** 12 ? 12 : span < 2 ** 16 ? 16 : 32;
  return {
    x: spatial.x,
    y: spatial.y,
    cell: spatial.cell,
    step: x.step,
    byteCount: bits / 4,
    limit: 2 ** bits,
  };
}

function columnLayout(
  column: WireColumn,
  place: number,
  isExact: boolean,
  isEscaped: boolean,
  pair: PairLayout | null,
): ColumnLayout {
  const common = {
    place,
    storage: storageKindOf(column.type),
    codec: compileCodec(column.type),
    kind: column.type.kind,
    quantize: column.quantize,
    isF32: column.type.kind === 'f32',
    base: 0,
    byteCount: 0,
    limit: 0,
  };
  if (pair !== null && (place === pair.x || place === pair.y)) {
    return { ...common, form: place === Math.min(pair.x, pair.y) ? 'pair' : 'paired' };
  }
  const { quantize } = column;
  if (quantize === null || isExact) return { ...common, form: plainForm(column) };
  if (isEscaped) return { ...common, form: 'escaped' };
  if (quantize.kind === 'angle') return fixed(common, 0, quantize.bits <= 8 ? 1 : 2, 2 ** quantize.bits);
  if (quantize.min === null || quantize.max === null) return { ...common, form: 'steps' };
  const base = quantizeToInteger(quantize, quantize.min);
  const span = quantizeToInteger(quantize, quantize.max) - base;
  if (span >= 2 ** 32) return { ...common, form: 'steps' };
  const byteCount = span < 2 ** 8 ? 1 : span < 2 ** 16 ? 2 : span < 2 ** 24 ? 3 : 4;
  return fixed(common, base, byteCount, 2 ** (8 * byteCount));
}

function fixed(common: Omit<ColumnLayout, 'form'>, base: number, byteCount: number, limit: number): ColumnLayout {
  return { ...common, form: 'fixed', base, byteCount, limit };
}

function plainForm(column: WireColumn): ColumnForm {
  switch (column.type.kind) {
    case 'u16':
    case 'u32':
    case 'u64':
      return 'varint';
    case 'i16':
    case 'i32':
    case 'i64':
    case 'timestamp':
    case 'timeDuration':
      return 'zigzag';
    default:
      return 'plain';
  }
}

function formSizeMin(column: ColumnLayout, table: WireTable, pair: PairLayout | null): number {
  switch (column.form) {
    case 'plain':
      return minimalSize(table.columns[column.place]!.type);
    case 'fixed':
      return column.byteCount;
    case 'pair':
      return pair!.byteCount;
    case 'paired':
      return 0;
    default:
      return 1;
  }
}
