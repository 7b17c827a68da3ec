/**
 * A section's bytes (WIRE.md, "Server messages"): lengths, a FlatBuffers part, pieces. Most sections are a head and pieces
 * and nothing else: those are a template with numbers filled in.
 */
import { assert, type ByteWriter } from '@tickbase/base';
import { FlatWriter, type FlatTable } from '../flatbuffers/flat-writer.ts';
import { encodeWireSchema } from '../schema/encode-wire-schema.ts';
import { encodePlainEnvelope, PLAIN_HEAD, plainEnvelopeLength } from './encode-plain-envelope.ts';
import { OwnRows } from './own-rows.ts';
import { PlainResults } from './plain-results.ts';
import { PlainTemplate } from './plain-template.ts';
import type { Section, SectionHead, Watch, Welcome } from './section.ts';
import * as shapes from './section-shapes.ts';

/**
 * Appends one section; `writer.length` is a multiple of 8 before and after. `pieces`: `pieceCount` whole pieces, one or
 * more in each array.
 */
export function encodeSection(
  writer: ByteWriter,
  section: Section,
  pieces: readonly Uint8Array[],
  pieceCount: number,
): void {
  if (!isPlain(section)) {
    encodeSectionInFull(writer, section, pieces, pieceCount);
    return;
  }
  plainResults.clear();
  plainOwnRows.clear();
  for (const result of section.results) {
    plainResults.add(result.sequence, shapes.CALL_STATUSES.indexOf(result.status), result.tick);
  }
  for (const { tableId, slot, row } of section.ownRows) {
    plainOwnRows.bytes.raw(row);
    plainOwnRows.add(tableId, slot);
  }
  const start = writer.length;
  beginPlainSection(writer, section.head, plainResults, plainOwnRows, pieceCount);
  encodePieces(writer, start, pieces);
}

/**
 * Appends a section of a head, results without texts, own rows and pieces, up to the pieces: those are to be appended next, and then
 * the section is to be ended. `writer.length` is a multiple of 8 before.
 */
export function beginPlainSection(
  writer: ByteWriter,
  head: SectionHead,
  results: PlainResults,
  ownRows: OwnRows,
  pieceCount: number,
): void {
  const start = writer.length;
  assert((start & 7) === 0, 'a section begins at a multiple of 8');
  const isHeadOnly = results.count + ownRows.count === 0;
  const template = PlainTemplate.of(results, ownRows);
  if (template !== null) template.put(writer, results, ownRows);
  else if (isHeadOnly) writer.raw(HEAD_ONLY);
  else encodePlainEnvelope(writer, results, ownRows);
  encodeHead(writer, start + (isHeadOnly ? HEAD_ONLY_HEAD : PLAIN_HEAD), head, pieceCount);
}

/** How many bytes `beginPlainSection` appends; a multiple of 8. */
export function plainSectionBegin(results: PlainResults, ownRows: OwnRows): number {
  if (results.count + ownRows.count === 0) return HEAD_ONLY.length;
  return PlainTemplate.of(results, ownRows)?.length ?? plainEnvelopeLength(results, ownRows);
}

/** Ends a section that began at `start`, behind its last piece. */
export function endSection(writer: ByteWriter, start: number): void {
  writer.reserve(8);
  while ((writer.length & 7) !== 0) writer.bytes[writer.length++] = 0;
  writer.patchU32(start, writer.length - start);
}

// Scratch of encodeSection.
const plainResults = new PlainResults();
const plainOwnRows = new OwnRows();

function isPlain(section: Section): boolean {
  return (
    section.welcome === null &&
    section.watches.length === 0 &&
    section.unwatches.length === 0 &&
    section.applied.length === 0 &&
    section.ended.length === 0 &&
    section.subscriptionErrors.length === 0 &&
    section.queryAnswers.length === 0 &&
    section.results.every(({ code, message }) => code === '' && message === '')
  );
}

/** The same through the general writer, whatever the section holds. */
export function encodeSectionInFull(
  writer: ByteWriter,
  section: Section,
  pieces: readonly Uint8Array[],
  pieceCount: number,
): void {
  const start = writer.length;
  assert((start & 7) === 0, 'a section begins at a multiple of 8');
  writer.zeros(8);
  encodeEnvelope(writer, section, pieceCount);
  writer.alignTo(8);
  writer.patchU32(start + 4, writer.length - start - 8);
  encodePieces(writer, start, pieces);
}

function encodePieces(writer: ByteWriter, start: number, pieces: readonly Uint8Array[]): void {
  for (let i = 0; i < pieces.length; i++) writer.raw(pieces[i]!);
  endSection(writer, start);
}

/** The FlatBuffers part of a section with nothing but a head, behind the section's two lengths. */
const HEAD_ONLY = new Uint8Array(64);
const HEAD_ONLY_HEAD = 24;
{
  const view = new DataView(HEAD_ONLY.buffer);
  view.setUint32(4, 56, true); // length of the FlatBuffers part
  view.setUint32(8, 12, true); // root table, 12 bytes on
  view.setUint16(12, 6, true); // vtable: its length,
  view.setUint16(14, 4 + shapes.HEAD_BYTES, true); // the table's length,
  view.setUint16(16, 4, true); // the head's place
  view.setInt32(20, 8, true); // table: its vtable, 8 bytes back
}

function encodeHead(writer: ByteWriter, at: number, head: SectionHead, pieceCount: number): void {
  const { data } = writer;
  data.setUint32(at, head.tick, true);
  data.setUint32(at + 4, Math.floor(head.tick / 0x1_0000_0000), true);
  data.setUint32(at + 8, head.durableTick, true);
  data.setUint32(at + 12, Math.floor(head.durableTick / 0x1_0000_0000), true);
  data.setBigInt64(at + 16, head.serverTimeUs, true);
  data.setUint32(at + 24, head.callsProcessed, true);
  data.setFloat32(at + 28, head.timeScale, true);
  data.setUint32(at + 32, head.flags, true);
  data.setUint32(at + 36, pieceCount, true);
}

function encodeEnvelope(writer: ByteWriter, section: Section, pieceCount: number): void {
  const flat = new FlatWriter(writer);
  const root = flat.root(
    shapes.SECTION,
    1 |
      (section.welcome === null ? 0 : 1 << 1) |
      bit(section.results, 2) |
      bit(section.watches, 3) |
      bit(section.unwatches, 4) |
      bit(section.ownRows, 5) |
      bit(section.applied, 6) |
      bit(section.ended, 7) |
      bit(section.subscriptionErrors, 8) |
      bit(section.queryAnswers, 9),
  );
  encodeHead(writer, root.at(0), section.head, pieceCount);
  if (section.welcome !== null) encodeWelcome(root, section.welcome);
  if (section.results.length > 0) encodeResults(root, section);
  if (section.watches.length > 0) encodeWatches(writer, root, section.watches);
  if (section.unwatches.length > 0) root.u32s(4, section.unwatches);
  if (section.ownRows.length > 0) {
    const first = root.vector(5, section.ownRows.length, 4, 4);
    section.ownRows.forEach((own, index) => {
      const table = root.item(first + 4 * index, shapes.OWN_ROW, 0b111);
      table.u32(0, own.tableId);
      table.u32(1, own.slot);
      table.raw(2, own.row);
    });
  }
  if (section.applied.length > 0) root.u32s(6, section.applied);
  if (section.ended.length > 0) root.u32s(7, section.ended);
  if (section.subscriptionErrors.length > 0) {
    const first = root.vector(8, section.subscriptionErrors.length, 4, 4);
    section.subscriptionErrors.forEach((error, index) => {
      const table = root.item(first + 4 * index, shapes.SUBSCRIPTION_ERROR, 0b111);
      table.u32(0, error.querySetId);
      table.string(1, error.code);
      table.string(2, error.message);
    });
  }
  if (section.queryAnswers.length > 0) encodeAnswers(root, section);
}

function encodeResults(root: FlatTable, section: Section): void {
  const first = root.vector(2, section.results.length, 4, 4);
  section.results.forEach((result, index) => {
    const isText = result.code !== '' || result.message !== '';
    const table = root.item(first + 4 * index, shapes.CALL_RESULT, isText ? 0b11111 : 0b10011);
    table.u32(0, result.sequence);
    table.u8(1, shapes.CALL_STATUSES.indexOf(result.status));
    table.u53(4, result.tick);
    if (!isText) return;
    table.string(2, result.code);
    table.string(3, result.message);
  });
}

function encodeWatches(writer: ByteWriter, root: FlatTable, watches: readonly Watch[]): void {
  const first = root.vector(3, watches.length, shapes.WATCH_BYTES, 4);
  const { data } = writer;
  watches.forEach((watch, index) => {
    const at = first + shapes.WATCH_BYTES * index;
    data.setUint32(at, watch.handle, true);
    data.setUint32(at + 4, watch.tableId, true);
    data.setUint32(at + 8, watch.partitioning, true);
    const flags = (watch.cell === null ? 0 : shapes.WATCH_IS_CELL) | (watch.isExact ? shapes.WATCH_IS_EXACT : 0);
    data.setUint32(at + 12, flags, true);
    if (watch.cell === null) return;
    data.setUint32(at + 16, watch.cell.space, true);
    data.setInt32(at + 20, watch.cell.cellX, true);
    data.setInt32(at + 24, watch.cell.cellY, true);
  });
}

function encodeAnswers(root: FlatTable, section: Section): void {
  const first = root.vector(9, section.queryAnswers.length, 4, 4);
  section.queryAnswers.forEach((answer, index) => {
    const isText = answer.code !== '' || answer.message !== '';
    const table = root.item(first + 4 * index, shapes.QUERY_ANSWER, isText ? 0b11111 : 0b11001);
    table.u32(0, answer.requestId);
    table.u32(3, answer.tableId);
    const rows = table.vector(4, answer.rows.length, 4, 4);
    answer.rows.forEach((row, place) => table.item(rows + 4 * place, shapes.ROW_BYTES, 0b1).raw(0, row));
    if (!isText) return;
    table.string(1, answer.code);
    table.string(2, answer.message);
  });
}

function encodeWelcome(root: FlatTable, welcome: Welcome): void {
  const { schema, pastCallsProcessed } = welcome;
  const fields = 0x7ff | (schema === null ? 0 : 1 << 11) | (pastCallsProcessed === null ? 0 : 1 << 12);
  const table = root.table(1, shapes.WELCOME, fields);
  table.u32(0, welcome.protocolVersion);
  table.string(1, welcome.epoch);
  table.string(2, welcome.database);
  table.bits(3, welcome.identity, 256);
  table.bits(4, welcome.connectionId, 128);
  table.string(5, welcome.token);
  table.string(6, welcome.resumeToken);
  table.u8(7, welcome.isResumed ? 1 : 0);
  table.u32(8, welcome.resumeGraceMs);
  table.u32(9, welcome.tickRate);
  table.string(10, welcome.schemaHash);
  if (pastCallsProcessed !== null) table.u32(12, pastCallsProcessed);
  if (schema !== null) encodeWireSchema(table.table(11, shapes.WIRE_SCHEMA, 0b11), schema);
}

function bit(items: readonly unknown[], id: number): number {
  return items.length > 0 ? 1 << id : 0;
}
