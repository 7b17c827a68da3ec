import type { TypePlan } from './type-plan.ts';

/**
 * How a column of a type is held in memory, indexed by slot. The store, the wire and the workers agree on it:
 *   u8 (also bool and enums whose variants are all unit: the variant id) → Uint8Array; i8 → Int8Array;
 *   u16, i16, u32, i32, f32, f64 → the typed array of that name; i64 (also timestamp, timeDuration: microseconds)
 *   → BigInt64Array; u64 → BigUint64Array;
 *   wide128 (u128, i128, connectionId, uuid) → Uint32Array, 4 little-endian words a slot;
 *   wide256 (u256, i256, identity) → Uint32Array, 8 little-endian words a slot;
 *   string → string[];
 *   encoded (everything else: bytes, option, array, object, enum with payload, result, scheduleAt, unit)
 *   → Uint8Array[], each entry the value in the positional encoding, never changed in place.
 */
export type StorageKind =
  | 'u8'
  | 'i8'
  | 'u16'
  | 'i16'
  | 'u32'
  | 'i32'
  | 'f32'
  | 'f64'
  | 'i64'
  | 'u64'
  | 'wide128'
  | 'wide256'
  | 'string'
  | 'encoded';

export type ColumnBuffer =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array
  | string[]
  | Uint8Array[];

export function storageKindOf(type: TypePlan): StorageKind {
  switch (type.kind) {
    case 'bool':
      return 'u8';
    case 'u8':
    case 'i8':
    case 'u16':
    case 'i16':
    case 'u32':
    case 'i32':
    case 'f32':
    case 'f64':
    case 'i64':
    case 'u64':
    case 'string':
      return type.kind;
    case 'timestamp':
    case 'timeDuration':
      return 'i64';
    case 'u128':
    case 'i128':
    case 'connectionId':
    case 'uuid':
      return 'wide128';
    case 'u256':
    case 'i256':
    case 'identity':
      return 'wide256';
    case 'enum':
      return isPlainEnum(type) ? 'u8' : 'encoded';
    default:
      return 'encoded';
  }
}

/** True for an enum of which every variant is of unit type. */
export function isPlainEnum(type: TypePlan): boolean {
  return type.kind === 'enum' && type.variants.every((variant) => variant.type.kind === 'unit');
}
