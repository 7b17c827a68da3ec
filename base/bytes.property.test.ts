import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { TickbaseError } from './tickbase-error.ts';

const bits = (count: number) => fc.bigInt({ min: 0n, max: (1n << BigInt(count)) - 1n });
const naiveVarint = (value: bigint): number[] =>
  value < 128n ? [Number(value)] : [Number(value & 127n) | 128, ...naiveVarint(value >> 7n)];
const safe = fc.oneof(fc.nat(300), fc.maxSafeNat(), bits(53).map(Number));
const safeSigned = fc
  .tuple(safe, fc.boolean())
  .map(([n, isNegative]) => (isNegative ? -Math.floor(n / 4) - 1 : Math.floor(n / 4)));

/** One written value: how it is written, and read back. */
interface Step {
  write(writer: ByteWriter): void;
  read(reader: ByteReader): unknown;
  readonly value: unknown;
}

function step<T>(write: (writer: ByteWriter, value: T) => void, read: (reader: ByteReader) => T): (value: T) => Step {
  return (value) => ({ write: (writer) => write(writer, value), read, value });
}

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.nat(0xff).map(
    step(
      (w, v) => w.u8(v),
      (r) => r.u8(),
    ),
  ),
  fc.nat(0xffff).map(
    step(
      (w, v) => w.u16(v),
      (r) => r.u16(),
    ),
  ),
  bits(32)
    .map(Number)
    .map(
      step(
        (w, v) => w.u32(v),
        (r) => r.u32(),
      ),
    ),
  bits(64).map(
    step(
      (w, v) => w.u64(v),
      (r) => r.u64(),
    ),
  ),
  fc.integer({ min: -128, max: 127 }).map(
    step(
      (w, v) => w.i8(v),
      (r) => r.i8(),
    ),
  ),
  fc.integer({ min: -32_768, max: 32_767 }).map(
    step(
      (w, v) => w.i16(v),
      (r) => r.i16(),
    ),
  ),
  fc.integer().map(
    step(
      (w, v) => w.i32(v),
      (r) => r.i32(),
    ),
  ),
  bits(64)
    .map((v) => v - (1n << 63n))
    .map(
      step(
        (w, v) => w.i64(v),
        (r) => r.i64(),
      ),
    ),
  fc.float().map(
    step(
      (w, v) => w.f32(v),
      (r) => r.f32(),
    ),
  ),
  fc.double().map(
    step(
      (w, v) => w.f64(v),
      (r) => r.f64(),
    ),
  ),
  safe.map(
    step(
      (w, v) => w.varint(v),
      (r) => r.varint(),
    ),
  ),
  fc.oneof(bits(64), bits(54), bits(49), bits(7)).map(
    step(
      (w, v) => w.raw(Uint8Array.from(naiveVarint(v))),
      (r) => r.varintBig(),
    ),
  ),
  safeSigned.map(
    step(
      (w, v) => w.zigzag(v),
      (r) => r.zigzag(),
    ),
  ),
  bits(64)
    .map((v) => v - (1n << 63n))
    .map(
      step(
        (w, v) => w.raw(Uint8Array.from(naiveVarint(v < 0n ? -2n * v - 1n : 2n * v))),
        (r) => r.zigzagBig(),
      ),
    ),
  fc.string({ unit: 'grapheme', maxLength: 90 }).map(
    step(
      (w, v) => w.string(v),
      (r) => r.string(),
    ),
  ),
);

test('whatever is written is read back, whatever stands beside it', () => {
  fc.assert(
    fc.property(fc.array(anyStep), (steps) => {
      const writer = new ByteWriter(1);
      for (const { write } of steps) write(writer);
      const reader = new ByteReader(writer.view());
      for (const { read, value } of steps) expect(read(reader)).toEqual(value);
      expect(reader.remaining).toBe(0);
    }),
    { numRuns: 1000 },
  );
});

test('fixed widths have the bytes of a DataView', () => {
  fc.assert(
    fc.property(bits(64), fc.double(), (word, float) => {
      const view = new DataView(new ArrayBuffer(19));
      view.setUint8(0, 7);
      view.setBigUint64(1, word, true);
      view.setFloat64(9, float, true);
      view.setUint16(17, Number(word & 0xffffn), true);
      const writer = new ByteWriter();
      writer.u8(7);
      writer.u64(word);
      writer.f64(float);
      writer.u16(Number(word & 0xffffn));
      expect(writer.view()).toEqual(new Uint8Array(view.buffer));
    }),
  );
});

test('a varint has the bytes of a naive LEB128', () => {
  fc.assert(
    fc.property(bits(53), (value) => {
      const writer = new ByteWriter();
      writer.varint(Number(value));
      expect([...writer.view()]).toEqual(naiveVarint(value));
    }),
  );
});

test('random bytes never read beyond the end, and fail with a code alone', () => {
  const reads: ((reader: ByteReader) => unknown)[] = [
    (r) => r.varint(),
    (r) => r.varintBig(),
    (r) => r.string(),
    (r) => r.u64(),
    (r) => r.raw(r.u8()),
  ];
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.array(fc.nat(reads.length - 1)), (bytes, choices) => {
      const reader = new ByteReader(bytes, Math.min(3, bytes.length));
      try {
        for (const choice of choices) {
          reads[choice]!(reader);
          expect(reader.offset).toBeLessThanOrEqual(bytes.length);
        }
      } catch (error) {
        expect(error).toBeInstanceOf(TickbaseError);
      }
    }),
    { numRuns: 2000 },
  );
});
