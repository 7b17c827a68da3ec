import type { ByteWriter } from '@tickbase/base';
import { type Column, SHAPE_BYTE, SHAPE_HALF, SHAPE_STRING, SHAPE_WORDS } from './column.ts';
import { CHANGE_DELETE, CHANGE_INSERT, CHANGE_UPDATE } from './commit-record.ts';
import type { SealedChange } from './sealed-change.ts';

/**
 * Appends one section of a commit record. Its layout, little-endian, nothing aligned; *varint* is LEB128:
 *
 *   u8       RECORD_VERSION
 *   varint   tick
 *   i64      timestamp, microseconds since the Unix epoch
 *   then, for each table with news, ascending by position, up to the end of the section:
 *     varint   table id
 *     u8       parts: PART_* bits; the parts follow in this order
 *     PART_SEQUENCES   for each auto-increment column, in column order: varint, the last number given
 *     PART_DELETES     slots
 *     PART_INSERTS     slots, then for each column of the section, in column order, a block of values in slot order
 *     PART_UPDATES     varint run count; for each run: its mask (a varint for each 32 columns), slots, and for each
 *                      column of the mask a block of values. A run is rows that follow one another and changed alike.
 *
 *   slots    varint count, then varints: the first slot, and from each to the next the distance less 1
 *   block    u8, u16 or 32-bit words by the column's storage kind; strings: varint byte length, UTF-8; encoded values:
 *            varint byte length, the positional encoding
 *
 * Tables and columns are those of the plan under which the record was sealed (`recordColumnsOf` says which columns belong to the
 * section). The logged section holds all that `applyRecord` needs; the wire's section has no sequences, and event rows are inserts there.
 */
export function encodeRecord(
  writer: ByteWriter,
  head: { readonly tick: number; readonly timestampUs: bigint },
  changes: readonly SealedChange[],
  section: number,
): void {
  writer.u8(RECORD_VERSION);
  writer.varint(head.tick);
  writer.i64(head.timestampUs);
  for (let i = 0; i < changes.length; i++) {
    const change = changes[i]!;
    if (section === SECTION_LOGGED ? change.isLogged : change.recordColumns.wireOnly.length > 0) {
      encodeTable(writer, change, section);
    }
  }
}

export const RECORD_VERSION = 1;
export const SECTION_LOGGED = 0;
export const SECTION_WIRE_ONLY = 1;

export const PART_SEQUENCES = 1;
export const PART_DELETES = 2;
export const PART_INSERTS = 4;
export const PART_UPDATES = 8;

function encodeTable(writer: ByteWriter, change: SealedChange, section: number): void {
  const { table, recordColumns } = change;
  const isForLog = section === SECTION_LOGGED;
  const columns = isForLog ? recordColumns.logged : recordColumns.wireOnly;
  const mask = isForLog ? recordColumns.loggedMask : recordColumns.wireOnlyMask;
  writer.varint(table.plan.id);
  const partsOffset = writer.length;
  writer.u8(0);
  let parts = 0;
  if (isForLog && change.isSequenceMoved) {
    parts |= PART_SEQUENCES;
    for (const sequence of table.sequences) writer.varint(sequence.position);
  }
  if (!isForLog || recordColumns.isLogged) {
    if (encodeSlots(writer, change, CHANGE_DELETE) > 0) parts |= PART_DELETES;
    const insertCount = encodeSlots(writer, change, CHANGE_INSERT);
    if (insertCount > 0) {
      parts |= PART_INSERTS;
      for (let i = 0; i < columns.length; i++) {
        const column = table.columns[columns[i]!]!;
        for (let row = 0; row < change.count; row++) {
          if (change.ops[row] === CHANGE_INSERT) encodeCell(writer, column, change.slots[row]!);
        }
      }
    }
    if (encodeUpdates(writer, change, columns, mask)) parts |= PART_UPDATES;
  }
  writer.bytes[partsOffset] = parts;
}

/** Writes the slots of one kind of change; nothing at all when there are none. Returns how many there are. */
function encodeSlots(writer: ByteWriter, change: SealedChange, op: number): number {
  let count = 0;
  for (let row = 0; row < change.count; row++) if (change.ops[row] === op) count++;
  if (count === 0) return 0;
  writer.varint(count);
  let next = 0;
  for (let row = 0; row < change.count; row++) {
    if (change.ops[row] !== op) continue;
    writer.varint(change.slots[row]! - next);
    next = change.slots[row]! + 1;
  }
  return count;
}

/** Rows with an update in `mask`, in runs of equal masks. Returns false, with nothing written, when there are none. */
function encodeUpdates(
  writer: ByteWriter,
  change: SealedChange,
  columns: readonly number[],
  mask: Uint32Array,
): boolean {
  let runCount = 0;
  for (let row = nextUpdate(change, mask, 0); row !== -1;) {
    const end = runEnd(change, mask, row);
    runCount++;
    row = nextUpdate(change, mask, end);
  }
  if (runCount === 0) return false;
  writer.varint(runCount);
  for (let row = nextUpdate(change, mask, 0); row !== -1;) {
    const end = runEnd(change, mask, row);
    encodeRun(writer, change, columns, mask, row, end);
    row = nextUpdate(change, mask, end);
  }
  return true;
}

function encodeRun(
  writer: ByteWriter,
  change: SealedChange,
  columns: readonly number[],
  mask: Uint32Array,
  start: number,
  end: number,
): void {
  const { table, maskWords, slots, masks } = change;
  for (let word = 0; word < maskWords; word++) writer.varint((masks[start * maskWords + word]! & mask[word]!) >>> 0);
  let count = 0;
  for (let row = start; row !== -1 && row < end; row = nextUpdate(change, mask, row + 1)) count++;
  writer.varint(count);
  let next = 0;
  for (let row = start; row !== -1 && row < end; row = nextUpdate(change, mask, row + 1)) {
    writer.varint(slots[row]! - next);
    next = slots[row]! + 1;
  }
  for (let i = 0; i < columns.length; i++) {
    const position = columns[i]!;
    if ((masks[start * maskWords + (position >>> 5)]! & (1 << (position & 31))) === 0) continue;
    const column = table.columns[position]!;
    for (let row = start; row !== -1 && row < end; row = nextUpdate(change, mask, row + 1)) {
      encodeCell(writer, column, slots[row]!);
    }
  }
}

/** The first row at or after `from` that is an update in `mask`, or -1. */
function nextUpdate(change: SealedChange, mask: Uint32Array, from: number): number {
  const { maskWords, masks, ops } = change;
  for (let row = from; row < change.count; row++) {
    if (ops[row] !== CHANGE_UPDATE) continue;
    for (let word = 0; word < maskWords; word++) {
      if ((masks[row * maskWords + word]! & mask[word]!) !== 0) return row;
    }
  }
  return -1;
}

/** The row after the last of the run that starts at `start`: the first update in `mask` that changed other columns of it. */
function runEnd(change: SealedChange, mask: Uint32Array, start: number): number {
  const { maskWords, masks } = change;
  for (let row = nextUpdate(change, mask, start + 1); row !== -1; row = nextUpdate(change, mask, row + 1)) {
    for (let word = 0; word < maskWords; word++) {
      if (((masks[row * maskWords + word]! ^ masks[start * maskWords + word]!) & mask[word]!) !== 0) return row;
    }
  }
  return change.count;
}

function encodeCell(writer: ByteWriter, column: Column, slot: number): void {
  switch (column.shape) {
    case SHAPE_BYTE:
      writer.u8(column.bytes[slot]!);
      return;
    case SHAPE_HALF:
      writer.u16(column.halves[slot]!);
      return;
    case SHAPE_WORDS:
      for (let i = 0; i < column.wordsPerSlot; i++) writer.u32(column.words[slot * column.wordsPerSlot + i]!);
      return;
    case SHAPE_STRING:
      writer.string(column.strings[slot]!);
      return;
    default: {
      const blob = column.blobs[slot]!;
      writer.varint(blob.length);
      writer.raw(blob);
    }
  }
}
