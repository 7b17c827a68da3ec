import { ByteWriter } from '@tickbase/base';
import type { QuantizePlan, SpatialPlan, TypePlan } from '@tickbase/schema/plan';
import { TYPE_KINDS } from '../server/section-shapes.ts';
import type { WireSchema } from '../server/section.ts';
import type { WireTable } from './wire-schema.ts';

/** 16 hex digits: FNV-1a (64 bits) of the schema's canonical bytes, which WIRE.md lays out. */
export function hashWireSchema(schema: WireSchema): string {
  const writer = new ByteWriter(4096);
  writer.varint(schema.tables.length);
  for (const table of schema.tables) writeTable(writer, table);
  writer.varint(schema.reducers.length);
  for (const reducer of schema.reducers) {
    writer.u32(reducer.id);
    writer.string(reducer.name);
    writeFields(writer, reducer.params);
  }
  return fnv1a64(writer.view()).toString(16).padStart(16, '0');
}

function writeTable(writer: ByteWriter, table: WireTable): void {
  writer.u32(table.id);
  writer.string(table.name);
  writer.u8(table.isEvent ? 1 : 0);
  writer.varint(table.columns.length);
  for (const column of table.columns) {
    writer.u32(column.id);
    writer.string(column.name);
    writeType(writer, column.type);
    writeQuantize(writer, column.quantize);
  }
  writer.u8(table.primaryKey === null ? 0 : 1);
  if (table.primaryKey !== null) {
    writer.varint(table.primaryKey.length);
    for (const place of table.primaryKey) writer.varint(place);
  }
  writeSpatial(writer, table.spatial);
}

function writeType(writer: ByteWriter, type: TypePlan): void {
  writer.u8(TYPE_KINDS.indexOf(type.kind));
  switch (type.kind) {
    case 'option':
    case 'array':
      writeType(writer, type.of);
      return;
    case 'object':
      writeName(writer, type.name);
      writeFields(writer, type.fields);
      return;
    case 'enum':
      writeName(writer, type.name);
      writer.varint(type.variants.length);
      for (const variant of type.variants) {
        writer.u8(variant.id);
        writer.string(variant.name);
        writeType(writer, variant.type);
      }
      return;
    case 'result':
      writeType(writer, type.ok);
      writeType(writer, type.err);
  }
}

function writeFields(writer: ByteWriter, fields: readonly { readonly name: string; readonly type: TypePlan }[]): void {
  writer.varint(fields.length);
  for (const field of fields) {
    writer.string(field.name);
    writeType(writer, field.type);
  }
}

function writeName(writer: ByteWriter, name: string | null): void {
  writer.u8(name === null ? 0 : 1);
  if (name !== null) writer.string(name);
}

function writeQuantize(writer: ByteWriter, quantize: QuantizePlan | null): void {
  if (quantize === null) {
    writer.u8(0);
  } else if (quantize.kind === 'angle') {
    writer.u8(3);
    writer.u8(quantize.bits);
  } else {
    const isRanged = quantize.min !== null && quantize.max !== null;
    writer.u8(isRanged ? 2 : 1);
    writer.f64(quantize.step);
    if (isRanged) {
      writer.f64(quantize.min!);
      writer.f64(quantize.max!);
    }
  }
}

function writeSpatial(writer: ByteWriter, spatial: SpatialPlan | null): void {
  if (spatial === null) {
    writer.u8(0);
  } else if (spatial.kind === 'position') {
    writer.u8(1);
    writer.varint(spatial.x);
    writer.varint(spatial.y);
    writer.u8(spatial.space === null ? 0 : 1);
    if (spatial.space !== null) writer.varint(spatial.space);
    writer.f64(spatial.cell);
  } else {
    writer.u8(2);
    writer.varint(spatial.column);
    writer.string(spatial.table);
  }
}

function fnv1a64(bytes: Uint8Array): bigint {
  let hash = 0xcbf2_9ce4_8422_2325n;
  for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100_0000_01b3n);
  return hash;
}
