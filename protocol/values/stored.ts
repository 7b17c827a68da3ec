import type { ByteWriter } from '@tickbase/base';
import type { ColumnBuffer, StorageKind } from '@tickbase/schema/plan';

/** Writes the value in `slot` of a column, as it lies in memory, in the positional encoding. */
export function encodeStored(writer: ByteWriter, storage: StorageKind, data: ColumnBuffer, slot: number): void {
  switch (storage) {
    case 'u8':
    case 'i8':
      writer.u8((data as Uint8Array)[slot]!);
      return;
    case 'u16':
    case 'i16':
      writer.u16((data as Uint16Array)[slot]!);
      return;
    case 'u32':
    case 'i32':
      writer.u32((data as Uint32Array)[slot]!);
      return;
    case 'f32':
      writer.f32((data as Float32Array)[slot]!);
      return;
    case 'f64':
      writer.f64((data as Float64Array)[slot]!);
      return;
    case 'i64':
    case 'u64':
      writer.i64((data as BigInt64Array)[slot]!);
      return;
    case 'wide128':
      writeWords(writer, data as Uint32Array, 4 * slot, 4);
      return;
    case 'wide256':
      writeWords(writer, data as Uint32Array, 8 * slot, 8);
      return;
    case 'string':
      writer.string((data as string[])[slot]!);
      return;
    case 'encoded':
      writer.raw((data as Uint8Array[])[slot]!);
  }
}

/** Writes a whole row: its columns in order, each from the same slot. */
export function encodeStoredRow(
  writer: ByteWriter,
  storages: readonly StorageKind[],
  columns: readonly ColumnBuffer[],
  slot: number,
): void {
  for (let i = 0; i < storages.length; i++) encodeStored(writer, storages[i]!, columns[i]!, slot);
}

/** `count` little-endian words from `words[offset]` on. */
function writeWords(writer: ByteWriter, words: Uint32Array, offset: number, count: number): void {
  writer.reserve(4 * count);
  for (let i = 0; i < count; i++) writer.data.setUint32(writer.length + 4 * i, words[offset + i]!, true);
  writer.length += 4 * count;
}
