import { type ByteWriter, putInt64, putVarint } from '@tickbase/base';
import type { Plan } from '@tickbase/schema/plan';
import { type CommitRecord, SHORT_RECORD_BYTES_MAX } from '../../store/commit-record.ts';
import type { SessionMarks } from '../../tick/session-marks.ts';
import type { LoggedInput } from '../../tick/input-journal.ts';

/*
 * A record as it stands in a frame, little-endian; its sequence is the frame's first one and its place in the frame:
 *
 *   u32  bytes that follow
 *   u8   kind: KIND_*
 *   commit   u8 parts (MARKS_*), varint tick, i64 timestamp in microseconds, then by the parts: varint count and the opened sessions (varint
 *            handle, u256 identity, u128 connection id), varint count and the closed handles (varints), varint count and the pairs of processed
 *            calls (varint handle, varint sequence), varint count and what tokens say (varint handle, string claims); the rest is the logged section of the commit record as it was sealed
 *   call     varint handle, varint sequence: the one call that was processed in the tick; the rest is the logged section, which begins with the tick and its time
 *   schema   varint tick; the rest is the plan as JSON
 *   inputs   varint tick, then to the end: string name, u256 identity, u128 connection id, varint length and the arguments, i64 timestamp,
 *            f64 seed, u8 outcome
 */
export const KIND_COMMIT = 1;
export const KIND_SCHEMA = 2;
export const KIND_INPUTS = 3;
export const KIND_CALL = 4;
export const MARKS_OPENED = 1;
export const MARKS_CLOSED = 2;
export const MARKS_PROCESSED = 4;
export const MARKS_CLAIMS = 8;
export const OUTCOMES: readonly LoggedInput['outcome'][] = ['committed', 'refused', 'failed', 'stopped'];

export function encodeCommit(writer: ByteWriter, record: CommitRecord, marks: SessionMarks): void {
  if (!isOneCall(marks) || !encodeOneCall(writer, record, marks.processed)) encodeAnyCommit(writer, record, marks);
}

/** Whatever it holds. */
export function encodeAnyCommit(writer: ByteWriter, record: CommitRecord, marks: SessionMarks): void {
  const start = beginRecord(writer, KIND_COMMIT);
  const { opened, closed, processed, claims } = marks;
  const parts =
    (opened.length > 0 ? MARKS_OPENED : 0) |
    (closed.length > 0 ? MARKS_CLOSED : 0) |
    (processed.length > 0 ? MARKS_PROCESSED : 0) |
    (claims.length > 0 ? MARKS_CLAIMS : 0);
  writer.u8(parts);
  writer.varint(record.tick);
  writer.reserve(8);
  writer.length = putInt64(writer.bytes, writer.length, record.timestampUs);
  if (opened.length > 0) {
    writer.varint(opened.length);
    for (const session of opened) {
      writer.varint(session.handle);
      writeWide(writer, session.identity, 4);
      writeWide(writer, session.connectionId, 2);
    }
  }
  if (closed.length > 0) {
    writer.varint(closed.length);
    for (const handle of closed) writer.varint(handle);
  }
  if (processed.length > 0) {
    writer.varint(processed.length / 2);
    for (let i = 0; i < processed.length; i++) writer.varint(processed[i]!);
  }
  if (claims.length > 0) {
    writer.varint(claims.length);
    for (const { handle, claims: text } of claims) {
      writer.varint(handle);
      writer.string(text);
    }
  }
  if (!record.isLogEmpty) writer.raw(record.logged());
  endRecord(writer, start);
}

function isOneCall({ opened, closed, processed, claims }: SessionMarks): boolean {
  return processed.length === 2 && opened.length + closed.length + claims.length === 0;
}

/** What nearly every commit at `tickRate: 0` is, in a kind of its own, with room made once for all of it. False, with nothing written: its record is not short. */
function encodeOneCall(writer: ByteWriter, record: CommitRecord, processed: readonly number[]): boolean {
  writer.reserve(ONE_CALL_BYTES_MAX + SHORT_RECORD_BYTES_MAX);
  const { bytes, data } = writer;
  const start = writer.length;
  bytes[start + 4] = KIND_CALL;
  const at = putVarint(bytes, putVarint(bytes, start + 5, processed[0]!), processed[1]!);
  const end = record.putLogged(bytes, at);
  if (end === -1) return false;
  writer.length = end;
  data.setUint32(start, end - start - 4, true);
  return true;
}

/** Length, kind and two varints. */
const ONE_CALL_BYTES_MAX = 24;

export function encodeSchema(writer: ByteWriter, tick: number, plan: Plan): void {
  const start = beginRecord(writer, KIND_SCHEMA);
  writer.varint(tick);
  writer.raw(new TextEncoder().encode(JSON.stringify(plan)));
  endRecord(writer, start);
}

export function encodeInputs(writer: ByteWriter, tick: number, inputs: readonly LoggedInput[]): void {
  const start = beginRecord(writer, KIND_INPUTS);
  writer.varint(tick);
  for (const input of inputs) {
    writer.string(input.name);
    writeWide(writer, input.identity, 4);
    writeWide(writer, input.connectionId, 2);
    writer.varint(input.args.length);
    writer.raw(input.args);
    writer.i64(input.timestampUs);
    writer.f64(input.seed);
    writer.u8(OUTCOMES.indexOf(input.outcome));
  }
  endRecord(writer, start);
}

function beginRecord(writer: ByteWriter, kind: number): number {
  const start = writer.length;
  writer.u32(0);
  writer.u8(kind);
  return start;
}

function endRecord(writer: ByteWriter, start: number): void {
  writer.patchU32(start, writer.length - start - 4);
}

function writeWide(writer: ByteWriter, value: bigint, wordCount: number): void {
  for (let i = 0; i < wordCount; i++) writer.u64(BigInt.asUintN(64, value >> BigInt(64 * i)));
}
