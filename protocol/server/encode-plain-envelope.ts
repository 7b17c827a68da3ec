import type { ByteWriter } from '@tickbase/base';
import type { CallResult, OwnRow, Section } from './section.ts';
import { CALL_STATUSES } from './section-shapes.ts';

/**
 * The FlatBuffers part of the section that a client which plays gets each tick: a head, results without texts, and exact copies of
 * the rows that its calls wrote. The same bytes as the general writer's, without its objects; a test compares the two.
 */
export function isPlain(section: Section): boolean {
  if (
    section.welcome !== null ||
    section.watches.length > 0 ||
    section.unwatches.length > 0 ||
    section.applied.length > 0 ||
    section.ended.length > 0 ||
    section.subscriptionErrors.length > 0 ||
    section.queryAnswers.length > 0
  ) {
    return false;
  }
  const { results } = section;
  for (let i = 0; i < results.length; i++) if (results[i]!.code !== '' || results[i]!.message !== '') return false;
  return true;
}

/** Where the head begins, from the section's start. */
export const PLAIN_HEAD = 32;

/** Appends the section's two lengths (the first is left 0) and the part, its head left 0, up to a multiple of 8. */
export function encodePlainEnvelope(writer: ByteWriter, section: Section): void {
  const { results, ownRows } = section;
  const start = writer.length;
  let lengthMax = ENVELOPE_BYTES_MAX + results.length * RESULT_BYTES_MAX;
  for (let i = 0; i < ownRows.length; i++) lengthMax += OWN_ROW_BYTES_MAX + ownRows[i]!.row.length;
  writer.reserve(lengthMax);
  writer.bytes.fill(0, start, start + lengthMax);

  // The root: its offset, its vtable of three or six fields, and the table with the head and two vectors' offsets.
  const { data } = writer;
  const origin = start + 8;
  const hasResults = results.length > 0;
  const hasOwnRows = ownRows.length > 0;
  const resultsPlace = hasResults ? AFTER_HEAD : 0;
  const ownRowsPlace = hasOwnRows ? (hasResults ? AFTER_HEAD + 4 : AFTER_HEAD) : 0;
  const rootBytes = hasResults && hasOwnRows ? AFTER_HEAD + 8 : AFTER_HEAD + 4;
  data.setUint32(origin, ROOT, true);
  data.setUint16(origin + 4, hasOwnRows ? 16 : 10, true);
  data.setUint16(origin + 6, rootBytes, true);
  data.setUint16(origin + 8, 4, true);
  data.setUint16(origin + 12, resultsPlace, true);
  if (hasOwnRows) data.setUint16(origin + 18, ownRowsPlace, true);
  const root = origin + ROOT;
  data.setUint32(root, ROOT - 4, true);

  let at = root + rootBytes;
  if (hasResults) at = putResults(data, origin, root + resultsPlace, at, results);
  if (hasOwnRows) at = putOwnRows(writer, root + ownRowsPlace, at, ownRows);
  writer.length = start + aligned(at - start, 8);
  data.setUint32(start + 4, writer.length - origin, true);
}

function putResults(
  data: DataView,
  origin: number,
  link: number,
  from: number,
  results: readonly CallResult[],
): number {
  data.setUint32(link, from - link, true);
  data.setUint32(from, results.length, true);
  const vtable = from + 4 + 4 * results.length;
  RESULT_VTABLE.forEach((value, i) => data.setUint16(vtable + 2 * i, value, true));
  let at = vtable + 2 * RESULT_VTABLE.length;
  for (let i = 0; i < results.length; i++) {
    const result = results[i]!;
    const item = from + 4 + 4 * i;
    const table = origin + aligned(at + 4 - origin, 8) - 4;
    data.setUint32(item, table - item, true);
    data.setUint32(table, table - vtable, true);
    data.setUint32(table + 4, result.tick, true);
    data.setUint32(table + 8, Math.floor(result.tick / 0x1_0000_0000), true);
    data.setUint32(table + 12, result.sequence, true);
    data.setUint8(table + 16, CALL_STATUSES.indexOf(result.status));
    at = table + 17;
  }
  return at;
}

function putOwnRows(writer: ByteWriter, link: number, from: number, ownRows: readonly OwnRow[]): number {
  const { data } = writer;
  const vector = aligned(from, 4);
  data.setUint32(link, vector - link, true);
  data.setUint32(vector, ownRows.length, true);
  const vtable = vector + 4 + 4 * ownRows.length;
  OWN_ROW_VTABLE.forEach((value, i) => data.setUint16(vtable + 2 * i, value, true));
  let at = vtable + 2 * OWN_ROW_VTABLE.length;
  for (let i = 0; i < ownRows.length; i++) {
    const { tableId, slot, row } = ownRows[i]!;
    const item = vector + 4 + 4 * i;
    const table = aligned(at, 4);
    data.setUint32(item, table - item, true);
    data.setUint32(table, table - vtable, true);
    data.setUint32(table + 4, tableId, true);
    data.setUint32(table + 8, slot, true);
    data.setUint32(table + 12, 4, true); // the row's bytes follow the table
    data.setUint32(table + 16, row.length, true);
    writer.bytes.set(row, table + 20);
    at = table + 20 + row.length;
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
/** Length, table length, and the places of sequence, status, code, message and tick. */
const RESULT_VTABLE = [14, 17, 12, 16, 0, 0, 4];
/** Length, table length, and the places of table id, slot and row. */
const OWN_ROW_VTABLE = [10, 16, 4, 8, 12];

/** Lengths, root with head, both vectors' counts and vtables, and padding. */
const ENVELOPE_BYTES_MAX = 144;
const RESULT_BYTES_MAX = 28;
const OWN_ROW_BYTES_MAX = 28;
