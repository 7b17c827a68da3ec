import { ByteReader } from '@tickbase/base';
import { compileCodec } from '@tickbase/protocol';
import type { ColumnMove } from '@tickbase/schema/plan';
import { type Column, SHAPE_BLOB, SHAPE_STRING } from './column.ts';
import { LostVariant, valueMigration } from './migrate-value.ts';
import { readValue } from './read-value.ts';
import type { Table } from './table.ts';
import { writeValue } from './write-value.ts';

/** Told of a row whose value the new column cannot hold; the slot then has the column's default. */
export type Misfit = (column: Column, slot: number, why: string) => void;

/**
 * Fills the columns of a table whose `live` and slots stand already. The old table may be of another V8 context: nothing of it is kept, and
 * memory that module code may come to see is made in here.
 */
export function migrateColumns(old: Table, table: Table, moves: readonly ColumnMove[], onMisfit: Misfit): void {
  moves.forEach(({ from, way }, position) => {
    const column = table.columns[position]!;
    const source = from === null ? null : old.columns[from]!;
    if (source === null) {
      if (way === 'number') numberRows(table, column, onMisfit);
      else eachRow(table, (slot) => column.copy(table.defaults, slot));
    } else if (way === 'convert' || isStricter(source, column)) {
      convert(table, source, column, onMisfit);
    } else {
      copy(table, source, column);
    }
  });
}

function eachRow(table: Table, visit: (slot: number) => void): void {
  const { live, slotCount } = table;
  for (let slot = 0; slot < slotCount; slot++) if (live[slot] === 1) visit(slot);
}

/** A float that becomes part of an index: NaN is refused there, and -0 is held as 0. */
function isStricter(source: Column, column: Column): boolean {
  const isFloat = column.storage === 'f32' || column.storage === 'f64';
  return isFloat && ((column.isKey && !source.isKey) || (column.isCoordinate && !source.isCoordinate));
}

function copy(table: Table, source: Column, column: Column): void {
  if (column.shape === SHAPE_STRING) {
    eachRow(table, (slot) => void (column.strings[slot] = source.strings[slot]!));
  } else if (column.shape === SHAPE_BLOB) {
    eachRow(table, (slot) => void (column.blobs[slot] = ownBytes(source.blobs[slot]!)));
  } else {
    column.bytes.set(source.bytes.subarray(0, table.slotCount * column.bytesPerSlot));
  }
}

/** Encoded values are never changed in place, and so shared; one of another context is copied. */
function ownBytes(bytes: Uint8Array): Uint8Array {
  if (bytes instanceof Uint8Array) return bytes;
  const own = new Uint8Array((bytes as Uint8Array).length);
  own.set(bytes);
  return own;
}

function convert(table: Table, source: Column, column: Column, onMisfit: Misfit): void {
  const read = readerOf(source);
  const migrate = valueMigration(source.plan.type, column.plan.type);
  eachRow(table, (slot) => {
    try {
      writeValue(column, slot, migrate(read(slot)));
    } catch (error) {
      column.copy(table.defaults, slot);
      onMisfit(column, slot, error instanceof LostVariant ? `the variant ${error.message}` : whatOf(error));
    }
  });
}

/** Values as this context's codec decodes them. */
function readerOf(source: Column): (slot: number) => unknown {
  if (source.shape !== SHAPE_BLOB) return (slot) => readValue(source, slot);
  const codec = compileCodec(source.plan.type);
  return (slot) => codec.decode(new ByteReader(ownBytes(source.blobs[slot]!)));
}

function numberRows(table: Table, column: Column, onMisfit: Misfit): void {
  const isBig = /^[ui](64|128|256)$/.test(column.plan.type.kind);
  let number = 0;
  eachRow(table, (slot) => {
    number++;
    try {
      writeValue(column, slot, isBig ? BigInt(number) : number);
    } catch (error) {
      column.copy(table.defaults, slot);
      onMisfit(column, slot, whatOf(error));
    }
  });
}

function whatOf(error: unknown): string {
  const { what, message } = error as { what?: unknown; message?: unknown };
  return String(what ?? message);
}
