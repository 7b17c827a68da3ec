import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ASLEEP, AWAKE, newRingMemory, REST } from './ring-memory.ts';
import { forEachEntry, RingReader } from './ring-reader.ts';
import { RingWriter } from './ring-writer.ts';

interface Entry {
  readonly kind: number;
  readonly id: number;
  readonly extra: number;
  readonly bytes: number[];
}

const CAPACITY = 256;
const LENGTH_MAX = CAPACITY / 2 - 32;

const entry: fc.Arbitrary<Entry> = fc.record({
  kind: fc.integer({ min: 1, max: 9 }),
  id: fc.integer({ min: 0, max: 0x7fffffff }),
  extra: fc.integer({ min: 0, max: 0x7fffffff }),
  bytes: fc.array(fc.nat(255), { maxLength: LENGTH_MAX }),
});
/** An entry is put, or so many bytes of what waits are read: entries that begin within them. */
const step = fc.oneof(entry, fc.integer({ min: 1, max: CAPACITY }));

test('whatever is put comes out as it was, in its order, and nothing is put where there is no room', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), fc.nat(1 << 20), (steps, turns) => {
      const memory = newRingMemory(CAPACITY);
      const writer = new RingWriter(memory, () => {});
      const reader = new RingReader(memory);
      const model: Entry[] = [];
      const read = (bytes: number): void => {
        const { at } = reader;
        const end = forEachEntry(
          memory.words,
          at,
          at + Math.min(reader.available, bytes),
          (kind, id, extra, start, length) =>
            expect({ kind, id, extra, bytes: [...memory.bytes.subarray(start, start + length)] }).toEqual(
              model.shift(),
            ),
        );
        reader.advance(end - at);
      };
      // So that positions are not those of a new ring.
      for (let i = 0; i < turns % 37; i++) {
        model.push({ kind: 1, id: i, extra: 0, bytes: [] });
        expect(writer.put(1, i, 0, null)).toBe(true);
        while (reader.hasNews) read(CAPACITY);
      }
      for (const one of steps) {
        if (typeof one === 'number') read(one);
        else {
          const isPut = writer.put(
            one.kind,
            one.id,
            one.extra,
            one.bytes.length === 0 ? null : Uint8Array.from(one.bytes),
          );
          if (isPut) model.push(one);
          else expect(model.length).toBeGreaterThan(0);
        }
      }
      while (reader.hasNews) read(CAPACITY);
      expect(model).toEqual([]);
      expect(writer.read).toBe(writer.written);
    }),
  );
});

test('an entry of the greatest length fits an empty ring wherever it stands', () => {
  const memory = newRingMemory(CAPACITY);
  const writer = new RingWriter(memory, () => {});
  const reader = new RingReader(memory);
  for (let i = 0; i < 64; i++) {
    for (const length of [writer.lengthMax, (i * 16) % 96]) {
      expect(writer.put(1, 0, 0, new Uint8Array(length))).toBe(true);
      while (reader.hasNews) reader.advance(reader.available);
    }
  }
});

test('who sleeps is called by the first entry, and once', () => {
  const memory = newRingMemory(CAPACITY);
  let calls = 0;
  const writer = new RingWriter(memory, () => calls++);
  const reader = new RingReader(memory);
  expect(reader.fallAsleep()).toBe(true);
  for (let i = 0; i < 3; i++) writer.put(1, 0, 0, null);
  expect(calls).toBe(1);
  expect(reader.fallAsleep()).toBe(false);
  expect(memory.head[REST]).toBe(AWAKE);
  reader.advance(reader.available);
  expect(reader.fallAsleep()).toBe(true);
  expect(memory.head[REST]).toBe(ASLEEP);
  reader.wakeUp();
  writer.put(1, 0, 0, null);
  reader.nap(60_000); // not for a moment: something waits
  expect(calls).toBe(1);
});
