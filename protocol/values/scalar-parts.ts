import { isWellFormed, type ByteReader, type ByteWriter } from '@tickbase/base';
import type { ScalarKind } from '@tickbase/schema/plan';
import { ConnectionId, Identity, isBytes, ScheduleAt, TimeDuration, Timestamp, Uuid } from '@tickbase/schema/values';
import { readFlag, type CodecParts } from './codec-parts.ts';

const TIMESTAMP_KEY = '__timestamp_micros_since_unix_epoch__';
const DURATION_KEY = '__time_duration_micros__';

/** The codec of a type that holds no other types. `fits`: which numbers a float may be. */
export function scalarParts(kind: ScalarKind, fits = fitsFloat): CodecParts {
  switch (kind) {
    case 'bool':
      return {
        write(writer, value) {
          if (typeof value !== 'boolean') return false;
          writer.u8(value ? 1 : 0);
          return true;
        },
        read: (reader) => readFlag(reader, 'bool'),
      };
    case 'u8':
      return intParts(
        0,
        0xff,
        (writer, value) => writer.u8(value),
        (reader) => reader.u8(),
      );
    case 'u16':
      return intParts(
        0,
        0xffff,
        (writer, value) => writer.u16(value),
        (reader) => reader.u16(),
      );
    case 'u32':
      return intParts(
        0,
        0xffff_ffff,
        (writer, value) => writer.u32(value),
        (reader) => reader.u32(),
      );
    case 'i8':
      return intParts(
        -0x80,
        0x7f,
        (writer, value) => writer.i8(value),
        (reader) => reader.i8(),
      );
    case 'i16':
      return intParts(
        -0x8000,
        0x7fff,
        (writer, value) => writer.i16(value),
        (reader) => reader.i16(),
      );
    case 'i32':
      return intParts(
        -0x8000_0000,
        0x7fff_ffff,
        (writer, value) => writer.i32(value),
        (reader) => reader.i32(),
      );
    case 'u64':
    case 'u128':
    case 'u256':
      return bigParts(kind === 'u64' ? 64 : kind === 'u128' ? 128 : 256, false, null, null);
    case 'i64':
    case 'i128':
    case 'i256':
      return bigParts(kind === 'i64' ? 64 : kind === 'i128' ? 128 : 256, true, null, null);
    case 'identity':
      return bigParts(256, false, member('__identity__'), (value) => new Identity(value));
    case 'connectionId':
      return bigParts(128, false, member('__connection_id__'), (value) => new ConnectionId(value));
    case 'uuid':
      return bigParts(128, false, member('__uuid__'), (value) => new Uuid(value));
    case 'timestamp':
      return bigParts(64, true, member(TIMESTAMP_KEY), (value) => new Timestamp(value));
    case 'timeDuration':
      return bigParts(64, true, member(DURATION_KEY), (value) => new TimeDuration(value));
    case 'scheduleAt':
      return scheduleAtParts();
    case 'f32':
    case 'f64':
      return floatParts(kind, fits);
    case 'string':
      return {
        write(writer, value) {
          if (typeof value !== 'string' || !isWellFormed(value)) return false;
          writer.string(value);
          return true;
        },
        read: (reader) => reader.string(),
      };
    case 'bytes':
      return {
        write(writer, value) {
          if (!isBytes(value)) return false;
          writer.varint(value.length);
          writer.raw(value);
          return true;
        },
        read: (reader) => reader.raw(reader.varint()),
      };
    case 'unit':
      return { write: (_writer, value) => value === undefined || typeof value === 'object', read: () => ({}) };
  }
}

const intParts = (
  min: number,
  max: number,
  write: (writer: ByteWriter, value: number) => void,
  read: (reader: ByteReader) => number,
): CodecParts => ({
  write(writer, value) {
    if (!Number.isInteger(value) || (value as number) < min || (value as number) > max) return false;
    write(writer, value as number);
    return true;
  },
  read,
});

/** Integers of 64 bits and more, bare or inside of a value class. */
function bigParts(
  bits: 64 | 128 | 256,
  signed: boolean,
  unwrap: ((value: unknown) => unknown) | null,
  wrap: ((value: bigint) => unknown) | null,
): CodecParts {
  return {
    write(writer, value) {
      const inner = unwrap === null ? value : unwrap(value);
      if (typeof inner !== 'bigint') return false;
      if (inner !== (signed ? BigInt.asIntN(bits, inner) : BigInt.asUintN(bits, inner))) return false;
      writeBig(writer, inner, bits);
      return true;
    },
    read(reader) {
      const value = readBig(reader, bits, signed);
      return wrap === null ? value : wrap(value);
    },
  };
}

/** Two's complement, little-endian. */
function writeBig(writer: ByteWriter, value: bigint, bits: 64 | 128 | 256): void {
  writer.reserve(bits / 8);
  writer.data.setBigInt64(writer.length, value, true);
  for (let at = 64; at < bits; at += 64) {
    writer.data.setBigInt64(writer.length + at / 8, value >> BigInt(at), true);
  }
  writer.length += bits / 8;
}

function readBig(reader: ByteReader, bits: 64 | 128 | 256, signed: boolean): bigint {
  let value = bits === 64 && signed ? reader.i64() : reader.u64();
  for (let at = 64; at < bits; at += 64) {
    const part = signed && at + 64 === bits ? reader.i64() : reader.u64();
    value |= part << BigInt(at);
  }
  return value;
}

const member = (key: string) => (value: unknown) =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;

/** A number that only becomes infinite by rounding is a mistake, not an infinity. */
export function fitsFloat(kind: 'f32' | 'f64', value: number): boolean {
  return kind === 'f64' || !Number.isFinite(value) || Number.isFinite(Math.fround(value));
}

/** What a call's arguments may hold. */
export function isFiniteFloat(kind: 'f32' | 'f64', value: number): boolean {
  return Number.isFinite(kind === 'f64' ? value : Math.fround(value));
}

function floatParts(kind: 'f32' | 'f64', fits: typeof fitsFloat): CodecParts {
  return {
    write(writer, value) {
      if (typeof value !== 'number' || !fits(kind, value)) return false;
      writer[kind](value);
      return true;
    },
    read: (reader) => reader[kind](),
  };
}

function scheduleAtParts(): CodecParts {
  const interval = scalarParts('timeDuration');
  const time = scalarParts('timestamp');
  return {
    write(writer, value) {
      if (typeof value !== 'object' || value === null) return false;
      const { tag, value: payload } = value as { tag?: unknown; value?: unknown };
      if (tag !== 'Interval' && tag !== 'Time') return false;
      writer.u8(tag === 'Interval' ? 0 : 1);
      return (tag === 'Interval' ? interval : time).write(writer, payload);
    },
    read(reader) {
      const isTime = readFlag(reader, 'scheduleAt');
      const micros = reader.i64();
      return isTime ? ScheduleAt.time(micros) : ScheduleAt.interval(micros);
    },
  };
}
