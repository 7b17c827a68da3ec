import { ByteReader, ByteWriter } from '@tickbase/base';
import { assert, integer, maxSafeNat, oneof, property } from 'fast-check';
import { expect, test } from 'vitest';
import { commitOf, marksOf } from '../testing/log-scene.ts';
import { decodeEntry } from './decode-entry.ts';
import { encodeAnyCommit, encodeCommit } from './encode-entry.ts';

test('the record of one call tells by the short way what it tells by the way of all commits', () => {
  const number = oneof(integer({ min: 0, max: 200 }), maxSafeNat());
  const lengths = oneof(integer({ min: 1, max: 60 }), integer({ min: 90, max: 100 }));
  let shortCount = 0;
  assert(
    property(integer({ min: 0, max: 40 }), number, number, number, lengths, (before, tick, handle, call, length) => {
      const [short, whole] = [encodeCommit, encodeAnyCommit].map((encode) => {
        const writer = new ByteWriter(16);
        writer.zeros(before);
        encode(writer, commitOf(tick, length), marksOf({ processed: [handle, call] }));
        return writer.copy();
      });
      if (short!.length < whole!.length) shortCount++;
      const [told, expected] = [short!, whole!].map((bytes) => {
        const reader = new ByteReader(bytes, before);
        const entry = decodeEntry(reader, 77);
        expect(reader.remaining).toBe(0);
        return entry;
      });
      expect(told).toEqual(expected);
      expect([...short!.subarray(0, before)]).toEqual(new Array(before).fill(0));
    }),
  );
  expect(shortCount).toBeGreaterThan(0);
});
