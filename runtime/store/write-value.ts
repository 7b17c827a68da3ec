import { ByteReader, ByteWriter, isWellFormed } from '@tickbase/base';
import type { Column } from './column.ts';
import { describeValue } from './describe-value.ts';
import { hasFloats, keyForm } from './key-form.ts';
import { storeError } from './store-error.ts';
import {
  TYPE_BOOL,
  TYPE_CONNECTION_ID,
  TYPE_DURATION,
  TYPE_ENUM,
  TYPE_F32,
  TYPE_F64,
  TYPE_I128,
  TYPE_I16,
  TYPE_I256,
  TYPE_I32,
  TYPE_I64,
  TYPE_I8,
  TYPE_IDENTITY,
  TYPE_STRING,
  TYPE_TIMESTAMP,
  TYPE_U128,
  TYPE_U16,
  TYPE_U256,
  TYPE_U32,
  TYPE_U64,
  TYPE_U8,
  TYPE_UUID,
} from './value-codec.ts';

/**
 * Checks a JavaScript value against the column's type and writes it to the slot (the table's probe: rows get it by
 * `column.copy`). A value that does not fit throws and leaves the slot as it was. Reading the value may run user code (accessors
 * of objects in encoded columns).
 */
export function writeValue(column: Column, slot: number, value: unknown): void {
  switch (column.typeCode) {
    case TYPE_BOOL:
      if (typeof value !== 'boolean') refuseType(column, value, 'a boolean');
      column.bytes[slot] = value ? 1 : 0;
      return;
    case TYPE_U8:
      column.bytes[slot] = integer(column, value, 0, 0xff);
      return;
    case TYPE_I8:
      (column.data as Int8Array)[slot] = integer(column, value, -0x80, 0x7f);
      return;
    case TYPE_U16:
      column.halves[slot] = integer(column, value, 0, 0xffff);
      return;
    case TYPE_I16:
      (column.data as Int16Array)[slot] = integer(column, value, -0x8000, 0x7fff);
      return;
    case TYPE_U32:
      column.words[slot] = integer(column, value, 0, 0xffff_ffff);
      return;
    case TYPE_I32:
      (column.data as Int32Array)[slot] = integer(column, value, -0x8000_0000, 0x7fff_ffff);
      return;
    case TYPE_F32:
      (column.data as Float32Array)[slot] = float(column, value, true);
      return;
    case TYPE_F64:
      (column.data as Float64Array)[slot] = float(column, value, false);
      return;
    case TYPE_U64:
      column.quads[slot] = bigInteger(column, value, 0n, U64_MAX);
      return;
    case TYPE_I64:
      (column.data as BigInt64Array)[slot] = bigInteger(column, value, I64_MIN, I64_MAX);
      return;
    case TYPE_STRING:
      column.strings[slot] = text(column, value);
      return;
    case TYPE_TIMESTAMP:
      (column.data as BigInt64Array)[slot] = bigInteger(
        column,
        boxed(column, value, '__timestamp_micros_since_unix_epoch__', 'a Timestamp'),
        I64_MIN,
        I64_MAX,
      );
      return;
    case TYPE_DURATION:
      (column.data as BigInt64Array)[slot] = bigInteger(
        column,
        boxed(column, value, '__time_duration_micros__', 'a TimeDuration'),
        I64_MIN,
        I64_MAX,
      );
      return;
    case TYPE_ENUM:
      column.bytes[slot] = variantId(column, value);
      return;
    case TYPE_U128:
      writeWide(column, slot, 2, bigInteger(column, value, 0n, U128_MAX));
      return;
    case TYPE_I128:
      writeWide(column, slot, 2, bigInteger(column, value, I128_MIN, I128_MAX));
      return;
    case TYPE_CONNECTION_ID:
      writeWide(
        column,
        slot,
        2,
        bigInteger(column, boxed(column, value, '__connection_id__', 'a ConnectionId'), 0n, U128_MAX),
      );
      return;
    case TYPE_UUID:
      writeWide(column, slot, 2, bigInteger(column, boxed(column, value, '__uuid__', 'a Uuid'), 0n, U128_MAX));
      return;
    case TYPE_U256:
      writeWide(column, slot, 4, bigInteger(column, value, 0n, U256_MAX));
      return;
    case TYPE_I256:
      writeWide(column, slot, 4, bigInteger(column, value, I256_MIN, I256_MAX));
      return;
    case TYPE_IDENTITY:
      writeWide(column, slot, 4, bigInteger(column, boxed(column, value, '__identity__', 'an Identity'), 0n, U256_MAX));
      return;
    default:
      column.blobs[slot] = encoded(column, value);
  }
}

/** Longest string of a column, in UTF-16 code units; longer texts belong in files. */
export const STRING_LENGTH_MAX = 1 << 20;
/** Longest encoded value of a column, in bytes. */
export const ENCODED_BYTES_MAX = 1 << 23;

const U64_MAX = (1n << 64n) - 1n;
const I64_MIN = -(1n << 63n);
const I64_MAX = (1n << 63n) - 1n;
const U128_MAX = (1n << 128n) - 1n;
const I128_MIN = -(1n << 127n);
const I128_MAX = (1n << 127n) - 1n;
const U256_MAX = (1n << 256n) - 1n;
const I256_MIN = -(1n << 255n);
const I256_MAX = (1n << 255n) - 1n;

function integer(column: Column, value: unknown, min: number, max: number): number {
  if (typeof value !== 'number') refuseType(column, value, 'a number');
  if (!Number.isInteger(value) || value < min || value > max) refuseRange(column, value, min, max);
  return value;
}

function bigInteger(column: Column, value: unknown, min: bigint, max: bigint): bigint {
  if (typeof value !== 'bigint') refuseType(column, value, 'a bigint (as in 7n)');
  if (value < min || value > max) refuseRange(column, value, min, max);
  return value;
}

/** The number in a value class, known by its member: the diff builder's queries come from another context, with classes of its own. */
function boxed(column: Column, value: unknown, member: string, wanted: string): unknown {
  const inner: unknown =
    typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[member] : null;
  if (typeof inner !== 'bigint') refuseType(column, value, wanted);
  return inner;
}

function float(column: Column, value: unknown, isF32: boolean): number {
  if (typeof value !== 'number') refuseType(column, value, 'a number');
  if (isF32 && Number.isFinite(value) && !Number.isFinite(Math.fround(value))) {
    throw storeError(
      'VALUE_RANGE',
      `${describeValue(value)} is too large for an f32`,
      placeOf(column),
      'bound the number before it is stored, or take f64',
    );
  }
  if (column.isCoordinate && !Number.isFinite(value)) {
    throw storeError(
      'STORE_COORDINATE',
      `${describeValue(value)} is no coordinate`,
      placeOf(column),
      'keep positions finite: look for a division by zero',
    );
  }
  if (!column.isKey) return value;
  if (Number.isNaN(value)) {
    refuseNaN(column.tableName, column.plan.name);
  }
  return value + 0; // -0 becomes 0: equal keys have equal bits
}

function text(column: Column, value: unknown): string {
  if (typeof value !== 'string') refuseType(column, value, 'a string');
  if (value.length > STRING_LENGTH_MAX) {
    throw storeError(
      'VALUE_TOO_LONG',
      `a string of ${value.length} UTF-16 units is longer than ${STRING_LENGTH_MAX}`,
      placeOf(column),
      'shorten it, or keep it outside of the database',
    );
  }
  if (!isWellFormed(value)) {
    throw storeError(
      'VALUE_TEXT',
      `${describeValue(value)} holds a lone surrogate`,
      placeOf(column),
      'cut strings between characters, not inside of one',
    );
  }
  return value;
}

function variantId(column: Column, value: unknown): number {
  const tag: unknown = typeof value === 'object' && value !== null && 'tag' in value ? value.tag : undefined;
  const id = typeof tag === 'string' ? column.codec.idOfTag.get(tag) : undefined;
  if (id === undefined) {
    const tags = [...column.codec.idOfTag.keys()].join(', ');
    throw storeError('VALUE_TAG', `${describeValue(value)} is none of ${tags}`, placeOf(column), 'give { tag: … }');
  }
  return id;
}

function writeWide(column: Column, slot: number, quadCount: number, value: bigint): void {
  const quads = column.quads;
  let rest = value;
  for (let i = 0; i < quadCount; i++) {
    quads[slot * quadCount + i] = rest; // the array keeps the low 64 bits
    rest >>= 64n;
  }
}

const scratchWriter = new ByteWriter(256);

/** Accessors of a value cannot get here a second time: the transaction refuses all use while values are gathered. */
function encoded(column: Column, value: unknown): Uint8Array {
  scratchWriter.reset();
  column.codec.positional!.encode(scratchWriter, value, `table ${column.tableName}, column ${column.plan.name}`);
  if (column.isKey && hasFloats(column.plan.type)) takeKeyForm(column);
  if (scratchWriter.length > ENCODED_BYTES_MAX) {
    throw storeError(
      'VALUE_TOO_LONG',
      `a value of ${scratchWriter.length} bytes is longer than ${ENCODED_BYTES_MAX}`,
      placeOf(column),
      'split it over several rows',
    );
  }
  return scratchWriter.copy();
}

/** What `scratchWriter` holds becomes a key: floats within it are as in columns of floats. */
function takeKeyForm({ codec, plan, tableName }: Column): void {
  const given = codec.positional!.decode(new ByteReader(scratchWriter.view()));
  const key = keyForm(plan.type, given, () => refuseNaN(tableName, plan.name));
  scratchWriter.reset();
  codec.positional!.encode(scratchWriter, key, tableName);
}

function refuseNaN(table: string, column: string): never {
  throw storeError('VALUE_NAN_KEY', 'NaN cannot be part of a key or an index', { table, column }, 'store a number');
}

function placeOf(column: Column): { table: string; column: string } {
  return { table: column.tableName, column: column.plan.name };
}

function refuseType(column: Column, value: unknown, wanted: string): never {
  throw storeError(
    'VALUE_TYPE',
    `${describeValue(value)} is not ${wanted}`,
    placeOf(column),
    `give ${wanted}; the column is of type ${column.plan.type.kind}`,
  );
}

function refuseRange(column: Column, value: unknown, min: number | bigint, max: number | bigint): never {
  throw storeError(
    'VALUE_RANGE',
    `${describeValue(value)} is not a whole number from ${min} to ${max}`,
    placeOf(column),
    'round or bound the number before it is stored, or take a wider column type',
  );
}
