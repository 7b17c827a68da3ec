import { type ByteWriter, putInt64 } from '@tickbase/base';
import { type Column, SHAPE_BYTE, SHAPE_HALF, SHAPE_STRING, SHAPE_WORDS } from './column.ts';
import { CHANGE_DELETE, CHANGE_INSERT, CHANGE_UPDATE } from './commit-record.ts';
import { CAPACITY_KEPT, SlackGauge } from './slack-gauge.ts';
import type { SealedChange } from './sealed-change.ts';
import type { Table } from './table.ts';

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
 *     PART_INSERTS     slots, then for each column of the section (of the log's: each that an insert logs), in column order, a block of
 *                      values in slot order
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
  head: { readonly tick: number; readonly timestampUs: number },
  changes: readonly SealedChange[],
  section: number,
): void {
  writer.u8(RECORD_VERSION);
  writer.varint(head.tick);
  writer.reserve(8);
  writer.length = putInt64(writer.bytes, writer.length, head.timestampUs);
  for (let i = 0; i < changes.length; i++) {
    const change = changes[i]!;
    if (section === SECTION_LOGGED ? change.isLogged : change.recordColumns.wireOnly.length > 0) {
      encodeTable(writer, change, section);
    }
  }
}

/** Appends all rows of some tables as inserts with every column: in the layout of a record, and no record. */
export function encodeRows(writer: ByteWriter, tick: number, tables: readonly Table[]): void {
  writer.u8(RECORD_VERSION);
  writer.varint(tick);
  writer.i64(0n);
  for (const table of tables) {
    const slots = new Uint32Array(table.liveCount);
    let count = 0;
    for (let slot = 0; slot < table.slotCount; slot++) if (table.live[slot] === 1) slots[count++] = slot;
    if (count === 0) continue;
    writer.varint(table.plan.id);
    writer.u8(PART_INSERTS);
    writer.varint(count);
    writeSlots(writer, slots, 0, count);
    for (const column of table.columns) writeBlock(writer, column, slots, 0, count);
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
    if (change.deleteCount > 0) {
      parts |= PART_DELETES;
      encodeSlots(writer, change, CHANGE_DELETE);
    }
    if (change.insertCount > 0) {
      parts |= PART_INSERTS;
      const insertCount = encodeSlots(writer, change, CHANGE_INSERT);
      const inserted = isForLog ? recordColumns.inserted : columns;
      for (let i = 0; i < inserted.length; i++) {
        writeBlock(writer, table.columns[inserted[i]!]!, runSlots, 0, insertCount);
      }
    }
    if (change.updateCount > 0 && encodeUpdates(writer, change, columns, mask)) parts |= PART_UPDATES;
  }
  writer.bytes[partsOffset] = parts;
}

/** Writes the slots of one kind of change, of which there are some, and leaves them in `runSlots`. Returns how many there are. */
function encodeSlots(writer: ByteWriter, change: SealedChange, op: number): number {
  const { ops, slots, count } = change;
  reserveRuns(count);
  let found = 0;
  for (let row = 0; row < count; row++) if (ops[row] === op) runSlots[found++] = slots[row]!;
  writer.varint(found);
  writeSlots(writer, runSlots, 0, found);
  return found;
}

/** Rows with an update in `mask`, in runs of equal masks. Returns false, with nothing written, when there are none. */
function encodeUpdates(
  writer: ByteWriter,
  change: SealedChange,
  columns: readonly number[],
  mask: Uint32Array,
): boolean {
  // When every row takes part, the runs lie in the change's own slots.
  let runCount = change.updateCount === change.count ? collectRunsOfAll(change, mask) : NOT_ALL;
  const isAll = runCount !== NOT_ALL;
  if (!isAll) runCount = change.areMasksAlike ? 0 : collectRuns(change, mask);
  if (runCount === 0) return false;
  writer.varint(runCount);
  for (let run = 0; run < runCount; run++) {
    const start = runStarts[run]!;
    const count = runStarts[run + 1]! - start;
    if (!isAll) for (let i = 0; i < count; i++) runSlots[i] = change.slots[runRows[start + i]!]!;
    const firstRow = isAll ? start : runRows[start]!;
    writeMask(writer, change, mask, firstRow);
    const slots = isAll ? change.slots : runSlots;
    writer.varint(count);
    writeSlots(writer, slots, isAll ? start : 0, count);
    for (let i = 0; i < columns.length; i++) {
      const position = columns[i]!;
      const word = change.masks[firstRow * change.maskWords + (position >>> 5)]!;
      if ((word & (1 << (position & 31))) !== 0) {
        writeBlock(writer, change.table.columns[position]!, slots, isAll ? start : 0, count);
      }
    }
  }
  return true;
}

const NOT_ALL = -1;

/** Scratch: rows of the change (places in its arrays) that are updates in the mask, those of a run together; and where each run begins. */
const RUN_ROWS_FIRST = 64;
let runRows = new Uint32Array(RUN_ROWS_FIRST);
let runStarts = new Uint32Array(RUN_ROWS_FIRST + 1);
/** Scratch: the slots of one run. */
let runSlots = new Uint32Array(RUN_ROWS_FIRST);
const slack = new SlackGauge();

/** The most rows that were asked for since the last seal. */
let runRowsUsed = 0;

function reserveRuns(count: number): void {
  runRowsUsed = Math.max(runRowsUsed, count);
  if (runRows.length < count) allocateRuns(2 ** Math.ceil(Math.log2(count)));
}

/** To be called once a tick: lets go of memory that larger ticks needed. */
export function giveBackRuns(): void {
  if (runRows.length > CAPACITY_KEPT && slack.isSlack(runRowsUsed, runRows.length)) allocateRuns(RUN_ROWS_FIRST);
  runRowsUsed = 0;
}

function allocateRuns(capacity: number): void {
  runRows = new Uint32Array(capacity);
  runSlots = new Uint32Array(capacity);
  runStarts = new Uint32Array(capacity + 1);
}

/** Fills `runRows` and `runStarts` (which has one more, the end of the last run). Returns how many runs there are. */
function collectRuns(change: SealedChange, mask: Uint32Array): number {
  const { maskWords, masks, ops, count } = change;
  reserveRuns(count);
  const rows = runRows;
  const starts = runStarts;
  const maskLow = mask[0]!;
  const maskHigh = maskWords === 1 ? 0 : mask[1]!;
  let rowCount = 0;
  let runCount = 0;
  let low = 0;
  let high = 0;
  for (let row = 0; row < count; row++) {
    if (ops[row] !== CHANGE_UPDATE) continue;
    const rowLow = masks[row * maskWords]! & maskLow;
    const rowHigh = maskWords === 1 ? 0 : masks[row * maskWords + 1]! & maskHigh;
    if ((rowLow | rowHigh) === 0) continue;
    if (rowLow !== low || rowHigh !== high) {
      low = rowLow;
      high = rowHigh;
      starts[runCount++] = rowCount;
    }
    rows[rowCount++] = row;
  }
  starts[runCount] = rowCount;
  return runCount;
}

/** As `collectRuns` of nothing but updates, when every one takes part: `runRows` is not needed. NOT_ALL: one does not. */
function collectRunsOfAll({ maskWords, masks, count, areMasksAlike }: SealedChange, mask: Uint32Array): number {
  reserveRuns(count);
  const starts = runStarts;
  const maskLow = mask[0]!;
  const maskHigh = maskWords === 1 ? 0 : mask[1]!;
  let runCount = 0;
  let low = -1;
  let high = -1;
  // Of masks that are all alike the first says it all.
  const end = areMasksAlike ? 1 : count;
  for (let row = 0; row < end; row++) {
    const rowLow = masks[row * maskWords]! & maskLow;
    const rowHigh = maskWords === 1 ? 0 : masks[row * maskWords + 1]! & maskHigh;
    if (rowLow === low && rowHigh === high && row > 0) continue;
    if ((rowLow | rowHigh) === 0) return NOT_ALL;
    low = rowLow;
    high = rowHigh;
    starts[runCount++] = row;
    if (maskWords === 1) row = lastAlike(masks, row, end);
  }
  starts[runCount] = count;
  return runCount;
}

/** The last of the rows from `row` on that have its mask. Four at a time: what a turn of a loop costs by itself is more than a comparison. */
function lastAlike(masks: Uint32Array, row: number, end: number): number {
  const mask = masks[row]!;
  let next = row + 1;
  while (
    next + 4 <= end &&
    masks[next] === mask &&
    masks[next + 1] === mask &&
    masks[next + 2] === mask &&
    masks[next + 3] === mask
  ) {
    next += 4;
  }
  while (next < end && masks[next] === mask) next++;
  return next - 1;
}

/** What of a row's mask belongs to the section. */
function writeMask(writer: ByteWriter, { maskWords, masks }: SealedChange, mask: Uint32Array, row: number): void {
  for (let word = 0; word < maskWords; word++) writer.varint((masks[row * maskWords + word]! & mask[word]!) >>> 0);
}

/** `count` slots of a list, from place `start` on. Neighbours are a row of zeros. */
function writeSlots(writer: ByteWriter, slots: Uint32Array, start: number, count: number): void {
  if (areNeighbours(slots, start, count)) {
    writer.varint(slots[start]!);
    writer.zeros(count - 1);
    return;
  }
  let next = 0;
  for (let i = start; i < start + count; i++) {
    const slot = slots[i]!;
    const distance = slot - next;
    if (distance < 0x80) {
      writer.reserve(1);
      writer.bytes[writer.length++] = distance;
    } else {
      writer.varint(distance);
    }
    next = slot + 1;
  }
}

/** A column's cells at `count` slots of a list, from place `start` on. Columns and records are both little-endian: neighbours are copied at once. */
function writeBlock(writer: ByteWriter, column: Column, slots: Uint32Array, start: number, count: number): void {
  const { bytesPerSlot } = column;
  if (bytesPerSlot > 0 && areNeighbours(slots, start, count)) {
    const first = slots[start]!;
    writer.raw(column.bytes.subarray(first * bytesPerSlot, (first + count) * bytesPerSlot));
    return;
  }
  for (let i = start; i < start + count; i++) encodeCell(writer, column, slots[i]!);
}

/** Whether ascending slots, one or more, follow one another without a gap. */
function areNeighbours(slots: Uint32Array, start: number, count: number): boolean {
  return slots[start]! + count - 1 === slots[start + count - 1];
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
