import { ByteWriter } from '@tickbase/base';
import { assert, integer, maxSafeNat, oneof, property } from 'fast-check';
import { expect, test } from 'vitest';
import { commitOf, marksOf } from '../testing/log-scene.ts';
import { encodeAnyCommit, encodeCommit } from './encode-entry.ts';

test('the record of one call is the same bytes by the short way as by the way of all commits', () => {
  const number = oneof(integer({ min: 0, max: 200 }), maxSafeNat());
  const lengths = oneof(integer({ min: 1, max: 60 }), integer({ min: 90, max: 100 }));
  assert(
    property(integer({ min: 0, max: 40 }), number, number, number, lengths, (before, tick, handle, call, length) => {
      const [short, whole] = [encodeCommit, encodeAnyCommit].map((encode) => {
        const writer = new ByteWriter(16);
        writer.zeros(before);
        encode(writer, commitOf(tick, length), marksOf({ processed: [handle, call] }));
        return writer.copy();
      });
      expect(short).toEqual(whole);
    }),
  );
});
