import type { TypePlan } from '@tickbase/schema/plan';
import type { FlatTable } from '../flatbuffers/flat-writer.ts';
import * as shapes from '../server/section-shapes.ts';
import type { WireSchema } from '../server/section.ts';
import type { WireColumn, WireTable } from './wire-schema.ts';

/** Fills the FlatBuffers table WireSchema, begun with both fields. */
export function encodeWireSchema(root: FlatTable, schema: WireSchema): void {
  const tables = root.vector(0, schema.tables.length, 4, 4);
  schema.tables.forEach((table, index) => encodeTable(root, tables + 4 * index, table));
  const reducers = root.vector(1, schema.reducers.length, 4, 4);
  schema.reducers.forEach((reducer, index) => {
    const out = root.item(reducers + 4 * index, shapes.WIRE_REDUCER, 0b111);
    out.u32(0, reducer.id);
    out.string(1, reducer.name);
    encodeMembers(out, 2, reducer.params);
  });
}

function encodeTable(root: FlatTable, at: number, table: WireTable): void {
  const { spatial } = table;
  const out = root.item(
    at,
    shapes.WIRE_TABLE,
    0b101111 |
      (table.primaryKey === null ? 0 : 1 << 4) |
      (spatial?.kind === 'position' ? 0b1111 << 6 : 0) |
      (spatial?.kind === 'follows' ? 0b11 << 10 : 0),
  );
  out.u32(0, table.id);
  out.string(1, table.name);
  out.u8(2, table.isEvent ? 1 : 0);
  const columns = out.vector(3, table.columns.length, 4, 4);
  table.columns.forEach((column, index) => encodeColumn(root, columns + 4 * index, column));
  if (table.primaryKey !== null) {
    const first = out.vector(4, table.primaryKey.length, 2, 2);
    table.primaryKey.forEach((place, index) => out.writer.data.setUint16(first + 2 * index, place, true));
  }
  if (spatial?.kind === 'position') {
    out.u8(5, shapes.SPATIAL_POSITION);
    setU16(out, 6, spatial.x);
    setU16(out, 7, spatial.y);
    setU16(out, 8, spatial.space ?? shapes.NO_COLUMN);
    setF64(out, 9, spatial.cell);
  } else if (spatial?.kind === 'follows') {
    out.u8(5, shapes.SPATIAL_FOLLOWS);
    setU16(out, 10, spatial.column);
    out.string(11, spatial.table);
  }
}

function encodeColumn(root: FlatTable, at: number, column: WireColumn): void {
  const { quantize } = column;
  const isRanged = quantize?.kind === 'step' && quantize.min !== null && quantize.max !== null;
  const out = root.item(
    at,
    shapes.WIRE_COLUMN,
    0b1111 |
      (quantize?.kind === 'step' ? 1 << 4 : 0) |
      (isRanged ? 0b11 << 5 : 0) |
      (quantize?.kind === 'angle' ? 1 << 7 : 0),
  );
  out.u32(0, column.id);
  out.string(1, column.name);
  encodeType(out.table(2, shapes.WIRE_TYPE, typeFields(column.type)), column.type);
  if (quantize?.kind === 'step') {
    out.u8(3, isRanged ? shapes.QUANTIZE_STEP_IN_RANGE : shapes.QUANTIZE_STEP);
    setF64(out, 4, quantize.step);
    if (isRanged) {
      setF64(out, 5, quantize.min!);
      setF64(out, 6, quantize.max!);
    }
  } else if (quantize?.kind === 'angle') {
    out.u8(3, shapes.QUANTIZE_ANGLE);
    out.u8(7, quantize.bits);
  }
}

function setU16(table: FlatTable, id: number, value: number): void {
  table.writer.data.setUint16(table.at(id), value, true);
}

function setF64(table: FlatTable, id: number, value: number): void {
  table.writer.data.setFloat64(table.at(id), value, true);
}

interface MemberPlan {
  readonly name?: string;
  readonly id?: number;
  readonly type: TypePlan;
}

function membersOf(type: TypePlan): readonly MemberPlan[] | null {
  switch (type.kind) {
    case 'option':
    case 'array':
      return [{ type: type.of }];
    case 'object':
      return type.fields;
    case 'enum':
      return type.variants;
    case 'result':
      return [{ type: type.ok }, { type: type.err }];
    default:
      return null;
  }
}

const nameOf = (type: TypePlan): string | null => (type.kind === 'object' || type.kind === 'enum' ? type.name : null);

function typeFields(type: TypePlan): number {
  return 0b1 | (nameOf(type) === null ? 0 : 0b10) | (membersOf(type) === null ? 0 : 0b100);
}

function encodeType(out: FlatTable, type: TypePlan): void {
  out.u8(0, shapes.TYPE_KINDS.indexOf(type.kind));
  const name = nameOf(type);
  if (name !== null) out.string(1, name);
  const members = membersOf(type);
  if (members !== null) encodeMembers(out, 2, members);
}

function encodeMembers(out: FlatTable, id: number, members: readonly MemberPlan[]): void {
  const first = out.vector(id, members.length, 4, 4);
  members.forEach((member, index) => {
    const fields = 0b100 | (member.name === undefined ? 0 : 0b1) | (member.id === undefined ? 0 : 0b10);
    const table = out.item(first + 4 * index, shapes.MEMBER, fields);
    if (member.name !== undefined) table.string(0, member.name);
    if (member.id !== undefined) table.u8(1, member.id);
    encodeType(table.table(2, shapes.WIRE_TYPE, typeFields(member.type)), member.type);
  });
}
