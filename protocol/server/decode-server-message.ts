import { type TickbaseError, wireError } from '@tickbase/base';
import { CheckedBuffer } from '../flatbuffers/checked-buffer.ts';
import { readTables, readText } from '../flatbuffers/read-fields.ts';
import { PIECE_HEADER_BYTES, pieceByteLength } from '../pieces/piece-header.ts';
import { decodeWireSchema } from '../schema/decode-wire-schema.ts';
import { PieceCursor } from './piece-cursor.ts';
import type {
  CallResult,
  OwnRow,
  QueryAnswer,
  Section,
  SectionHead,
  SubscriptionError,
  Watch,
  Welcome,
} from './section.ts';
import * as shapes from './section-shapes.ts';

/**
 * Reads a server message section by section. `onSection` gets each section once it and the lengths of its pieces are
 * checked. Throws a TickbaseError (WIRE_*) where the bytes are not what WIRE.md says, whatever they are.
 */
export function decodeServerMessage(
  bytes: Uint8Array,
  onSection: (section: Section, pieces: PieceCursor) => void,
): void {
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let start = 0;
  do {
    if (bytes.length - start < SECTION_BYTES_MIN) throw badFrame('a section is too short', start);
    const length = data.getUint32(start, true);
    const envelopeLength = data.getUint32(start + 4, true);
    if ((length & 7) !== 0 || length < SECTION_BYTES_MIN || length > bytes.length - start) {
      throw badFrame(`a section cannot have ${length} bytes`, start);
    }
    if ((envelopeLength & 7) !== 0 || envelopeLength > length - 8) {
      throw badFrame(`a section cannot have ${envelopeLength} bytes of FlatBuffers`, start);
    }
    const end = start + length;
    const piecesStart = start + 8 + envelopeLength;
    const buffer = new CheckedBuffer(bytes, start + 8, piecesStart, false);
    const root = buffer.root(10);
    const head = buffer.required(buffer.field(root, 0, shapes.HEAD_BYTES, 8), root);
    const pieceCount = data.getUint32(head + 36, true);
    checkPieces(bytes, piecesStart, end, pieceCount);
    onSection(decodeSection(buffer, root, head), new PieceCursor(bytes, piecesStart, pieceCount));
    start = end;
  } while (start < bytes.length);
}

/** Lengths, and a FlatBuffers part with a head. */
const SECTION_BYTES_MIN = 64;

function checkPieces(bytes: Uint8Array, start: number, end: number, count: number): void {
  if (count > (end - start) / PIECE_HEADER_BYTES) throw badFrame(`${count} pieces do not fit their section`, start);
  let at = start;
  for (let i = 0; i < count; i++) {
    if (at + PIECE_HEADER_BYTES > end) throw badFrame('a piece does not fit its section', at);
    const length = pieceByteLength(bytes, at);
    if (length > end - at) throw badFrame('a piece does not fit its section', at);
    at += length;
  }
  let isPadding = end - at < 8;
  for (let i = at; isPadding && i < end; i++) isPadding = bytes[i] === 0;
  if (!isPadding) throw badFrame('something follows a section', at);
}

function decodeSection(buffer: CheckedBuffer, root: number, head: number): Section {
  const welcome = buffer.table(root, 1, 13);
  return {
    head: decodeHead(buffer, head),
    welcome: welcome === 0 ? null : decodeWelcome(buffer, welcome),
    results: readTables(buffer, root, 2, 5, decodeResult),
    watches: decodeWatches(buffer, root),
    unwatches: decodeU32s(buffer, root, 4),
    ownRows: readTables(buffer, root, 5, 3, decodeOwnRow),
    applied: decodeU32s(buffer, root, 6),
    ended: decodeU32s(buffer, root, 7),
    subscriptionErrors: readTables(buffer, root, 8, 3, decodeSubscriptionError),
    queryAnswers: readTables(buffer, root, 9, 5, decodeAnswer),
  };
}

function decodeHead(buffer: CheckedBuffer, at: number): SectionHead {
  const { data } = buffer;
  return {
    tick: buffer.u53At(at),
    durableTick: buffer.u53At(at + 8),
    serverTimeUs: data.getBigInt64(at + 16, true),
    callsProcessed: data.getUint32(at + 24, true),
    timeScale: data.getFloat32(at + 28, true),
    flags: data.getUint32(at + 32, true),
  };
}

function decodeWelcome(buffer: CheckedBuffer, table: number): Welcome {
  const schema = buffer.table(table, 11, 2);
  return {
    protocolVersion: buffer.u32(table, 0),
    epoch: readText(buffer, table, 1),
    database: readText(buffer, table, 2),
    identity: buffer.bits(table, 3, 256),
    connectionId: buffer.bits(table, 4, 128),
    token: readText(buffer, table, 5),
    resumeToken: readText(buffer, table, 6),
    isResumed: buffer.bool(table, 7, false),
    resumeGraceMs: buffer.u32(table, 8),
    tickRate: buffer.u32(table, 9),
    schemaHash: readText(buffer, table, 10),
    schema: schema === 0 ? null : decodeWireSchema(buffer, schema),
    pastCallsProcessed: buffer.optionalU32(table, 12),
  };
}

function decodeResult(buffer: CheckedBuffer, table: number): CallResult {
  const status = shapes.CALL_STATUSES[buffer.u8(table, 1)];
  if (status === undefined) throw buffer.broken('has an unknown call status', table);
  return {
    sequence: buffer.u32(table, 0),
    status,
    code: readText(buffer, table, 2),
    message: readText(buffer, table, 3),
    tick: buffer.u53(table, 4),
  };
}

function decodeWatches(buffer: CheckedBuffer, root: number): Watch[] {
  const first = buffer.vector(root, 3, shapes.WATCH_BYTES, 4);
  const { count, data } = buffer;
  const watches: Watch[] = [];
  for (let i = 0; i < count; i++) {
    const at = first + shapes.WATCH_BYTES * i;
    const flags = data.getUint32(at + 12, true);
    watches.push({
      handle: data.getUint32(at, true),
      tableId: data.getUint32(at + 4, true),
      partitioning: data.getUint32(at + 8, true),
      cell:
        (flags & shapes.WATCH_IS_CELL) === 0
          ? null
          : {
              space: data.getUint32(at + 16, true),
              cellX: data.getInt32(at + 20, true),
              cellY: data.getInt32(at + 24, true),
            },
      isExact: (flags & shapes.WATCH_IS_EXACT) !== 0,
    });
  }
  return watches;
}

function decodeOwnRow(buffer: CheckedBuffer, table: number): OwnRow {
  return {
    tableId: buffer.u32(table, 0),
    slot: buffer.u32(table, 1),
    row: buffer.raw(table, 2, buffer.end),
  };
}

function decodeSubscriptionError(buffer: CheckedBuffer, table: number): SubscriptionError {
  return { querySetId: buffer.u32(table, 0), code: readText(buffer, table, 1), message: readText(buffer, table, 2) };
}

function decodeAnswer(buffer: CheckedBuffer, table: number): QueryAnswer {
  return {
    requestId: buffer.u32(table, 0),
    code: readText(buffer, table, 1),
    message: readText(buffer, table, 2),
    tableId: buffer.u32(table, 3),
    rows: readTables(buffer, table, 4, 1, (_, row) => buffer.raw(row, 0, buffer.end)),
  };
}

function decodeU32s(buffer: CheckedBuffer, root: number, id: number): number[] {
  const first = buffer.vector(root, id, 4);
  const { count } = buffer;
  const values: number[] = [];
  for (let i = 0; i < count; i++) values.push(buffer.data.getUint32(first + 4 * i, true));
  return values;
}

function badFrame(what: string, offset: number): TickbaseError {
  return wireError('WIRE_FRAME', what, offset);
}
