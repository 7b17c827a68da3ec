import { ByteReader } from '@tickbase/base';
import { ConnectionId, Identity, TimeDuration, Timestamp, Uuid } from '@tickbase/schema/values';
import type { Column } from './column.ts';
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

/** The slot's value as a JavaScript value of the column's type. Objects are made anew by each call. */
export function readValue(column: Column, slot: number): unknown {
  switch (column.typeCode) {
    case TYPE_BOOL:
      return column.bytes[slot] === 1;
    case TYPE_U8:
      return column.bytes[slot];
    case TYPE_I8:
      return (column.data as Int8Array)[slot];
    case TYPE_U16:
      return column.halves[slot];
    case TYPE_I16:
      return (column.data as Int16Array)[slot];
    case TYPE_U32:
      return column.words[slot];
    case TYPE_I32:
      return (column.data as Int32Array)[slot];
    case TYPE_F32:
      return (column.data as Float32Array)[slot];
    case TYPE_F64:
      return (column.data as Float64Array)[slot];
    case TYPE_U64:
      return column.quads[slot];
    case TYPE_I64:
      return (column.data as BigInt64Array)[slot];
    case TYPE_STRING:
      return column.strings[slot];
    case TYPE_TIMESTAMP:
      return new Timestamp((column.data as BigInt64Array)[slot]!);
    case TYPE_DURATION:
      return new TimeDuration((column.data as BigInt64Array)[slot]!);
    case TYPE_ENUM:
      return { tag: column.codec.tagOfId[column.bytes[slot]!] };
    case TYPE_U128:
      return wide(column, slot, 2);
    case TYPE_I128:
      return BigInt.asIntN(128, wide(column, slot, 2));
    case TYPE_CONNECTION_ID:
      return new ConnectionId(wide(column, slot, 2));
    case TYPE_UUID:
      return new Uuid(wide(column, slot, 2));
    case TYPE_U256:
      return wide(column, slot, 4);
    case TYPE_I256:
      return BigInt.asIntN(256, wide(column, slot, 4));
    case TYPE_IDENTITY:
      return new Identity(wide(column, slot, 4));
    default:
      return column.codec.positional!.decode(new ByteReader(column.blobs[slot]!));
  }
}

/** The unsigned number in `quadCount` little-endian 64-bit parts. */
function wide(column: Column, slot: number, quadCount: number): bigint {
  const quads = column.quads;
  let value = 0n;
  for (let i = quadCount - 1; i >= 0; i--) value = (value << 64n) | quads[slot * quadCount + i]!;
  return value;
}
