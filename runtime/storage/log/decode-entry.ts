import type { ByteReader } from '@tickbase/base';
import type { Plan } from '@tickbase/schema/plan';
import type { OpenedSession, SessionClaims } from '../../tick/session-marks.ts';
import type { LoggedInput } from '../../tick/input-journal.ts';
import { RECORD_VERSION } from '../../store/encode-record.ts';
import type { LogEntry } from '../log-entry.ts';
import {
  KIND_CALL,
  KIND_COMMIT,
  KIND_INPUTS,
  KIND_SCHEMA,
  MARKS_CLAIMS,
  MARKS_CLOSED,
  MARKS_OPENED,
  MARKS_PROCESSED,
  OUTCOMES,
} from './encode-entry.ts';

/**
 * Reads the next record of a frame (laid out in encode-entry.ts) and moves the reader behind it. `logged` is a view of the reader's
 * bytes. Throws any error when the bytes are no record: their checksum fits, so they were written wrong.
 */
export function decodeEntry(frame: ByteReader, sequence: number): LogEntry {
  const length = frame.u32();
  const start = frame.take(length);
  // The same reader, bounded to the record for the time: one of its own for each would cost as much as the rest.
  const frameEnd = frame.end;
  frame.offset = start;
  frame.end = start + length;
  const entry = decodeBody(frame, sequence);
  frame.offset = frame.end;
  frame.end = frameEnd;
  return entry;
}

function decodeBody(reader: ByteReader, sequence: number): LogEntry {
  const kind = reader.u8();
  if (kind === KIND_COMMIT) return decodeCommit(reader, sequence);
  if (kind === KIND_CALL) return decodeCall(reader, sequence);
  if (kind === KIND_SCHEMA) return decodeSchema(reader, sequence);
  if (kind === KIND_INPUTS) return decodeInputs(reader, sequence);
  throw new Error(`there is no kind ${kind} of records`);
}

function decodeCommit(reader: ByteReader, sequence: number): LogEntry {
  const parts = reader.u8();
  const tick = reader.varint();
  const timestampUs = reader.i64();
  let marks = NO_MARKS;
  if (parts !== 0) {
    const opened: OpenedSession[] = [];
    const closed: number[] = [];
    const processed: number[] = [];
    const claims: SessionClaims[] = [];
    if ((parts & MARKS_OPENED) !== 0) {
      for (let left = reader.varint(); left > 0; left--) {
        opened.push({ handle: reader.varint(), identity: readWide(reader, 4), connectionId: readWide(reader, 2) });
      }
    }
    if ((parts & MARKS_CLOSED) !== 0) for (let left = reader.varint(); left > 0; left--) closed.push(reader.varint());
    if ((parts & MARKS_PROCESSED) !== 0) {
      for (let left = 2 * reader.varint(); left > 0; left--) processed.push(reader.varint());
    }
    if ((parts & MARKS_CLAIMS) !== 0) {
      for (let left = reader.varint(); left > 0; left--)
        claims.push({ handle: reader.varint(), claims: reader.string() });
    }
    marks = { opened, closed, processed, claims };
  }
  return {
    kind: 'commit',
    sequence,
    tick,
    timestampUs,
    marks,
    logged: reader.bytes.subarray(reader.offset, reader.end),
  };
}

function decodeCall(reader: ByteReader, sequence: number): LogEntry {
  const processed = [reader.varint(), reader.varint()];
  const start = reader.offset;
  const version = reader.u8();
  if (version !== RECORD_VERSION) throw new Error(`the record of a call has the version ${version}`);
  const tick = reader.varint();
  const timestampUs = reader.i64();
  const marks = { opened: [], closed: [], processed, claims: [] };
  return { kind: 'commit', sequence, tick, timestampUs, marks, logged: reader.bytes.subarray(start, reader.end) };
}

function decodeSchema(reader: ByteReader, sequence: number): LogEntry {
  const tick = reader.varint();
  const plan = JSON.parse(new TextDecoder().decode(reader.bytes.subarray(reader.offset, reader.end))) as Plan;
  return { kind: 'schema', sequence, tick, plan };
}

function decodeInputs(reader: ByteReader, sequence: number): LogEntry {
  const tick = reader.varint();
  const inputs: LoggedInput[] = [];
  while (reader.remaining > 0) {
    const name = reader.string();
    const identity = readWide(reader, 4);
    const connectionId = readWide(reader, 2);
    const args = reader.raw(reader.varint());
    const timestampUs = reader.i64();
    const seed = reader.f64();
    const outcome = OUTCOMES[reader.u8()];
    if (outcome === undefined) throw new Error('an input has an unknown outcome');
    inputs.push({ name, identity, connectionId, args, timestampUs, seed, outcome });
  }
  return { kind: 'inputs', sequence, tick, inputs };
}

function readWide(reader: ByteReader, wordCount: number): bigint {
  let value = 0n;
  for (let i = 0; i < wordCount; i++) value |= reader.u64() << BigInt(64 * i);
  return value;
}

/** Shared by all commits without marks, which are most. */
const NO_MARKS: Extract<LogEntry, { kind: 'commit' }>['marks'] = {
  opened: [],
  closed: [],
  processed: [],
  claims: [],
};
