import { ByteWriter } from '@tickbase/base';
import { encodeValue, type WireTable } from '@tickbase/protocol';
import { type ColumnBuffer, storageKindOf, type TypePlan } from '@tickbase/schema/plan';
import { valueKey } from '../cache/value-key.ts';

/** Columns as the server's store has them, from rows by slot. `rows` are keyed by column name. */
export function storedColumns(
  table: WireTable,
  rows: ReadonlyMap<number, Readonly<Record<string, unknown>>>,
): ColumnBuffer[] {
  const capacity = Math.max(0, ...rows.keys()) + 1;
  return table.columns.map((column) => {
    const buffer = makeBuffer(column.type, capacity);
    for (const [slot, row] of rows) store(buffer, column.type, slot, row[column.name]);
    return buffer;
  });
}

function makeBuffer(type: TypePlan, capacity: number): ColumnBuffer {
  switch (storageKindOf(type)) {
    case 'u8':
      return new Uint8Array(capacity);
    case 'i8':
      return new Int8Array(capacity);
    case 'u16':
      return new Uint16Array(capacity);
    case 'i16':
      return new Int16Array(capacity);
    case 'u32':
      return new Uint32Array(capacity);
    case 'i32':
      return new Int32Array(capacity);
    case 'f32':
      return new Float32Array(capacity);
    case 'f64':
      return new Float64Array(capacity);
    case 'i64':
      return new BigInt64Array(capacity);
    case 'u64':
      return new BigUint64Array(capacity);
    case 'wide128':
      return new Uint32Array(capacity * 4);
    case 'wide256':
      return new Uint32Array(capacity * 8);
    case 'string':
      return new Array<string>(capacity).fill('');
    default:
      return Array.from({ length: capacity }, () => new Uint8Array(0));
  }
}

function store(buffer: ColumnBuffer, type: TypePlan, slot: number, value: unknown): void {
  const kind = storageKindOf(type);
  if (kind === 'wide128' || kind === 'wide256') {
    const wordCount = kind === 'wide128' ? 4 : 8;
    let rest = BigInt.asUintN(wordCount * 32, valueKey(type)(value) as bigint);
    for (let i = 0; i < wordCount; i++) {
      (buffer as Uint32Array)[slot * wordCount + i] = Number(rest & 0xffff_ffffn);
      rest >>= 32n;
    }
  } else if (kind === 'encoded') {
    const writer = new ByteWriter();
    encodeValue(writer, type, value);
    (buffer as Uint8Array[])[slot] = writer.copy();
  } else if (type.kind === 'enum') {
    const { tag } = value as { tag: string };
    (buffer as Uint8Array)[slot] = type.variants.find((variant) => variant.name === tag)?.id ?? 0;
  } else if (type.kind === 'bool') (buffer as Uint8Array)[slot] = value === true ? 1 : 0;
  else (buffer as unknown[])[slot] = valueKey(type)(value);
}
