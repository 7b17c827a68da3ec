import type { TickbaseError } from '@tickbase/base';
import type { QuantizePlan, SpatialPlan, TypePlan } from '@tickbase/schema/plan';
import type { CheckedBuffer } from '../flatbuffers/checked-buffer.ts';
import { readTables, readText } from '../flatbuffers/read-fields.ts';
import * as shapes from '../server/section-shapes.ts';
import type { WireSchema } from '../server/section.ts';
import type { WireColumn, WireReducer, WireTable } from './wire-schema.ts';

/** Reads the FlatBuffers table WireSchema. */
export function decodeWireSchema(buffer: CheckedBuffer, root: number): WireSchema {
  return {
    tables: readTables(buffer, root, 0, 12, decodeTable),
    reducers: readTables(buffer, root, 1, 3, decodeReducer),
  };
}

function decodeTable(buffer: CheckedBuffer, table: number): WireTable {
  const columns = readTables(buffer, table, 3, 8, decodeColumn);
  const keyFirst = buffer.vector(table, 4, 2);
  const keyCount = buffer.count;
  let primaryKey: number[] | null = null;
  if (keyFirst !== 0) {
    primaryKey = [];
    for (let i = 0; i < keyCount; i++) {
      primaryKey.push(checkPlace(buffer, buffer.data.getUint16(keyFirst + 2 * i, true), columns.length, keyFirst));
    }
  }
  return {
    id: buffer.u32(table, 0),
    name: readText(buffer, table, 1),
    isEvent: buffer.bool(table, 2, false),
    columns,
    primaryKey,
    spatial: decodeSpatial(buffer, table, columns.length),
  };
}

function decodeSpatial(buffer: CheckedBuffer, table: number, columnCount: number): SpatialPlan | null {
  const place = (id: number) => checkPlace(buffer, buffer.u16(table, id, shapes.NO_COLUMN), columnCount, table);
  const kind = buffer.u8(table, 5);
  if (kind === 0) return null;
  if (kind === shapes.SPATIAL_FOLLOWS) {
    return { kind: 'follows', column: place(10), table: readText(buffer, table, 11) };
  }
  if (kind !== shapes.SPATIAL_POSITION) throw noSchema(buffer, table);
  const cell = buffer.f64(table, 9);
  if (!(cell > 0 && cell < Infinity)) throw noSchema(buffer, table);
  const space = buffer.u16(table, 8, shapes.NO_COLUMN);
  return {
    kind: 'position',
    x: place(6),
    y: place(7),
    space: space === shapes.NO_COLUMN ? null : checkPlace(buffer, space, columnCount, table),
    cell,
  };
}

function checkPlace(buffer: CheckedBuffer, place: number, columnCount: number, at: number): number {
  if (place >= columnCount) throw noSchema(buffer, at);
  return place;
}

function decodeColumn(buffer: CheckedBuffer, column: number): WireColumn {
  return {
    id: buffer.u32(column, 0),
    name: readText(buffer, column, 1),
    type: decodeTypeOf(buffer, column, 2, 0),
    quantize: decodeQuantize(buffer, column),
  };
}

function decodeQuantize(buffer: CheckedBuffer, column: number): QuantizePlan | null {
  const kind = buffer.u8(column, 3);
  if (kind === 0) return null;
  if (kind === shapes.QUANTIZE_ANGLE) {
    const bits = buffer.u8(column, 7);
    if (bits < 1 || bits > 16) throw noSchema(buffer, column);
    return { kind: 'angle', bits };
  }
  const step = buffer.f64(column, 4);
  if (!(step > 0 && step < Infinity)) throw noSchema(buffer, column);
  if (kind === shapes.QUANTIZE_STEP) return { kind: 'step', step, min: null, max: null };
  if (kind !== shapes.QUANTIZE_STEP_IN_RANGE) throw noSchema(buffer, column);
  const min = buffer.f64(column, 5);
  const max = buffer.f64(column, 6);
  if (!(min <= max && min > -Infinity && max < Infinity)) throw noSchema(buffer, column);
  return { kind: 'step', step, min, max };
}

function decodeReducer(buffer: CheckedBuffer, reducer: number): WireReducer {
  return {
    id: buffer.u32(reducer, 0),
    name: readText(buffer, reducer, 1),
    params: decodeMembers(buffer, reducer, 0).map(({ name, type }) => ({ name, type })),
  };
}

function decodeTypeOf(buffer: CheckedBuffer, parent: number, id: number, depth: number): TypePlan {
  if (depth > shapes.TYPE_DEPTH_MAX) throw noSchema(buffer, parent);
  return decodeType(buffer, buffer.required(buffer.table(parent, id, 3), parent), depth);
}

function decodeMembers(
  buffer: CheckedBuffer,
  parent: number,
  depth: number,
): { name: string; id: number; type: TypePlan }[] {
  return readTables(buffer, parent, 2, 3, (_, member) => ({
    name: readText(buffer, member, 0),
    id: buffer.u8(member, 1),
    type: decodeTypeOf(buffer, member, 2, depth + 1),
  }));
}

function decodeType(buffer: CheckedBuffer, type: number, depth: number): TypePlan {
  const kind = shapes.TYPE_KINDS[buffer.u8(type, 0)];
  if (kind === undefined) throw noSchema(buffer, type);
  const members = decodeMembers(buffer, type, depth);
  const name = buffer.field(type, 1, 4) === 0 ? null : readText(buffer, type, 1);
  const only = (index: number): TypePlan => {
    const member = members[index];
    if (member === undefined) throw noSchema(buffer, type);
    return member.type;
  };
  switch (kind) {
    case 'option':
    case 'array':
      return { kind, of: only(0) };
    case 'object':
      if (members.some((member) => member.name === '__proto__')) throw noSchema(buffer, type);
      return { kind, name, fields: members.map((member) => ({ name: member.name, type: member.type })) };
    case 'enum':
      return {
        kind,
        name,
        variants: members.map((member) => ({ id: member.id, name: member.name, type: member.type })),
      };
    case 'result':
      return { kind, ok: only(0), err: only(1) };
    default:
      return { kind };
  }
}

function noSchema(buffer: CheckedBuffer, at: number): TickbaseError {
  return buffer.broken('has something in its schema that no schema has', at);
}
