import { assert, ByteReader } from '@tickbase/base';
import { type Column, SHAPE_BYTE, SHAPE_HALF, SHAPE_STRING, SHAPE_WORDS } from './column.ts';
import { PART_DELETES, PART_INSERTS, PART_SEQUENCES, PART_UPDATES, RECORD_VERSION } from './encode-record.ts';
import { recordColumnsOf } from './record-columns.ts';
import type { Table } from './table.ts';

/**
 * Replays the logged section of a commit record: columns, live rows and sequences of `tables`, which have the plan under which it was
 * sealed. Columns that were not logged get their default at an insert. Nothing derived is kept up: after the last record each
 * table is to be settled (`table.settle()`). Returns the record's tick.
 */
export function applyRecord(tables: readonly Table[], bytes: Uint8Array): number {
  const reader = new ByteReader(bytes);
  assert(reader.u8() === RECORD_VERSION, 'a commit record of another version');
  const tick = reader.varint();
  reader.i64();
  while (reader.remaining > 0) {
    const id = reader.varint();
    const table = tables.find((candidate) => candidate.plan.id === id);
    assert(table !== undefined, 'a commit record names a table that the plan has not');
    applyTable(table, reader);
  }
  return tick;
}

function applyTable(table: Table, reader: ByteReader): void {
  const { logged } = recordColumnsOf(table.plan);
  const parts = reader.u8();
  if ((parts & PART_SEQUENCES) !== 0) {
    for (const sequence of table.sequences) sequence.position = sequence.sealedPosition = reader.varint();
  }
  if ((parts & PART_DELETES) !== 0) {
    for (const slot of readSlots(reader)) {
      table.live[slot] = 0;
      if (table.grid !== null) table.grid.cellOfSlot[slot] = -1;
    }
  }
  if ((parts & PART_INSERTS) !== 0) {
    const slots = readSlots(reader);
    table.reserve(slots.at(-1)! + 1);
    table.slotCount = Math.max(table.slotCount, slots.at(-1)! + 1);
    for (const slot of slots) {
      table.live[slot] = 1;
      for (const column of table.columns) column.copy(table.defaults, slot);
    }
    for (const position of logged) for (const slot of slots) readCell(reader, table.columns[position]!, slot);
  }
  if ((parts & PART_UPDATES) !== 0) applyRuns(table, logged, reader);
}

function applyRuns(table: Table, logged: readonly number[], reader: ByteReader): void {
  const runCount = reader.varint();
  for (let run = 0; run < runCount; run++) {
    const mask: number[] = [];
    for (let word = 0; word < table.changes.maskWords; word++) mask.push(reader.varint());
    const slots = readSlots(reader);
    for (const position of logged) {
      if ((mask[position >>> 5]! & (1 << (position & 31))) === 0) continue;
      for (const slot of slots) readCell(reader, table.columns[position]!, slot);
    }
  }
}

function readSlots(reader: ByteReader): number[] {
  const count = reader.varint();
  const slots: number[] = [];
  let next = 0;
  for (let i = 0; i < count; i++) {
    const slot = next + reader.varint();
    slots.push(slot);
    next = slot + 1;
  }
  return slots;
}

function readCell(reader: ByteReader, column: Column, slot: number): void {
  switch (column.shape) {
    case SHAPE_BYTE:
      column.bytes[slot] = reader.u8();
      return;
    case SHAPE_HALF:
      column.halves[slot] = reader.u16();
      return;
    case SHAPE_WORDS:
      for (let i = 0; i < column.wordsPerSlot; i++) column.words[slot * column.wordsPerSlot + i] = reader.u32();
      return;
    case SHAPE_STRING:
      column.strings[slot] = reader.string();
      return;
    default:
      column.blobs[slot] = reader.raw(reader.varint());
  }
}
