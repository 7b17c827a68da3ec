import type { ByteWriter } from '@tickbase/base';
import type { OwnRows } from './own-rows.ts';
import type { PlainResults } from './plain-results.ts';

/** Where the head begins, from the section's start. */
export const PLAIN_HEAD = 32;

/**
 * Appends the FlatBuffers part of the section that a client which plays gets each tick, behind the section's two lengths: a head
 * (left as it is), results without texts, and exact copies of the rows that its calls wrote; one of either at least. The first length is
 * left 0. The same bytes as the general writer's, without its objects; a test compares the two.
 */
export function encodePlainEnvelope(writer: ByteWriter, results: PlainResults, ownRows: OwnRows): void {
  const start = writer.length;
  const hasResults = results.count > 0;
  const hasOwnRows = ownRows.count > 0;
  writer.reserve(
    ENVELOPE_BYTES_MAX + results.count * RESULT_BYTES_MAX + ownRows.count * OWN_ROW_BYTES_MAX + ownRows.bytes.length,
  );

  // The root: its offset, its vtable of three or six fields, and the table with the head and two vectors' offsets.
  const { data } = writer;
  const origin = start + 8;
  const resultsPlace = hasResults ? AFTER_HEAD : 0;
  const ownRowsPlace = hasOwnRows ? (hasResults ? AFTER_HEAD + 4 : AFTER_HEAD) : 0;
  const rootBytes = hasResults && hasOwnRows ? AFTER_HEAD + 8 : AFTER_HEAD + 4;
  data.setUint32(start, 0, true);
  data.setUint32(origin, ROOT, true);
  data.setUint32(origin + 4, (hasOwnRows ? 16 : 10) | (rootBytes << 16), true);
  data.setUint32(origin + 8, 4, true);
  data.setUint32(origin + 12, resultsPlace, true);
  data.setUint32(origin + 16, ownRowsPlace << 16, true);
  const root = origin + ROOT;
  data.setUint32(root, ROOT - 4, true);

  let at = root + rootBytes;
  if (hasResults) at = putResults(data, origin, root + resultsPlace, at, results);
  if (hasOwnRows) at = putOwnRows(writer, root + ownRowsPlace, at, ownRows);
  for (; (at & 7) !== 0; at++) data.setUint8(at, 0);
  writer.length = at;
  data.setUint32(start + 4, at - origin, true);
}

/** How many bytes that is, the two lengths included. */
export function plainEnvelopeLength(results: PlainResults, ownRows: OwnRows): number {
  const isBoth = results.count > 0 && ownRows.count > 0;
  let at = 8 + ROOT + AFTER_HEAD + (isBoth ? 8 : 4);
  if (results.count > 0) {
    at += 4 + 4 * results.count + 2 * RESULT_VTABLE.length;
    for (let i = 0; i < results.count; i++) at = aligned(at + 4, 8) - 4 + RESULT_BYTES;
  }
  if (ownRows.count > 0) {
    at = aligned(at, 4) + 4 + 4 * ownRows.count + 2 * OWN_ROW_VTABLE.length;
    for (let i = 0; i < ownRows.count; i++) {
      at = aligned(at, 4) + OWN_ROW_BYTES + ownRows.ends[i]! - ownRows.startOf(i);
    }
  }
  return aligned(at, 8);
}

function putResults(data: DataView, origin: number, link: number, from: number, results: PlainResults): number {
  const { count, sequences, statuses, ticks } = results;
  data.setUint32(link, from - link, true);
  data.setUint32(from, count, true);
  const vtable = from + 4 + 4 * count;
  for (let i = 0; i < RESULT_VTABLE.length; i++) data.setUint16(vtable + 2 * i, RESULT_VTABLE[i]!, true);
  let at = vtable + 2 * RESULT_VTABLE.length;
  for (let i = 0; i < count; i++) {
    const item = from + 4 + 4 * i;
    const table = origin + aligned(at + 4 - origin, 8) - 4;
    const tick = ticks[i]!;
    for (; at < table; at++) data.setUint8(at, 0);
    data.setUint32(item, table - item, true);
    data.setUint32(table, table - vtable, true);
    data.setUint32(table + 4, tick, true);
    data.setUint32(table + 8, Math.floor(tick / 0x1_0000_0000), true);
    data.setUint32(table + 12, sequences[i]!, true);
    data.setUint8(table + 16, statuses[i]!);
    at = table + RESULT_BYTES;
  }
  return at;
}

function putOwnRows(writer: ByteWriter, link: number, from: number, ownRows: OwnRows): number {
  const { data, bytes } = writer;
  const { count, tableIds, slots, ends } = ownRows;
  const rows = ownRows.bytes.bytes;
  const vector = aligned(from, 4);
  for (let at = from; at < vector; at++) data.setUint8(at, 0);
  data.setUint32(link, vector - link, true);
  data.setUint32(vector, count, true);
  const vtable = vector + 4 + 4 * count;
  for (let i = 0; i < OWN_ROW_VTABLE.length; i++) data.setUint16(vtable + 2 * i, OWN_ROW_VTABLE[i]!, true);
  let at = vtable + 2 * OWN_ROW_VTABLE.length;
  let rowAt = 0;
  for (let i = 0; i < count; i++) {
    const item = vector + 4 + 4 * i;
    const table = aligned(at, 4);
    const length = ends[i]! - rowAt;
    for (; at < table; at++) data.setUint8(at, 0);
    data.setUint32(item, table - item, true);
    data.setUint32(table, table - vtable, true);
    data.setUint32(table + 4, tableIds[i]!, true);
    data.setUint32(table + 8, slots[i]!, true);
    data.setUint32(table + 12, 4, true); // the row's bytes follow the table
    data.setUint32(table + 16, length, true);
    at = table + OWN_ROW_BYTES;
    if (length <= BYTEWISE_MAX) for (let end = rowAt + length; rowAt < end;) bytes[at++] = rows[rowAt++]!;
    else {
      bytes.set(rows.subarray(rowAt, rowAt + length), at);
      at += length;
      rowAt += length;
    }
  }
  return at;
}

/** The section's start is a multiple of 8, so places in the writer are aligned as places in the part are. */
function aligned(place: number, alignment: number): number {
  return (place + alignment - 1) & -alignment;
}

/** From the part's origin to its root table. */
const ROOT = 20;
/** From the root table to what follows the head. */
const AFTER_HEAD = 44;
/** Where the links to the results and the own rows are, from the section's start; to the own rows alone if there are no results. */
export const PLAIN_LINKS = 8 + ROOT + AFTER_HEAD;
/** Of one table, without what it is aligned by, and without the row's bytes. */
const RESULT_BYTES = 17;
export const OWN_ROW_BYTES = 20;
/** Length, table length, and the places of sequence, status, code, message and tick. */
const RESULT_VTABLE = [14, 17, 12, 16, 0, 0, 4];
/** Length, table length, and the places of table id, slot and row. */
const OWN_ROW_VTABLE = [10, 16, 4, 8, 12];

/** Lengths, root with head, both vectors' counts and vtables, and padding. */
const ENVELOPE_BYTES_MAX = 144;
const RESULT_BYTES_MAX = 28;
const OWN_ROW_BYTES_MAX = 28;
/** Longer rows are copied by the engine; for short ones a view and a call cost more than the bytes. */
const BYTEWISE_MAX = 96;
