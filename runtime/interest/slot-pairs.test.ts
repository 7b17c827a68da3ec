import { expect, test } from 'vitest';
import { SlotPairs } from './slot-pairs.ts';

test('a pair that is added again is there once, with the last tick, however many others came between', () => {
  const pairs = new SlotPairs();
  for (let round = 0; round < 3; round++) {
    for (let slot = 5; slot < 705; slot++) pairs.add(2 + (slot % 3), slot, 40 + round);
  }
  const values = pairs.read();
  expect(pairs.length).toBe(3 * 700);
  expect(values.slice(0, 6)).toEqual([4, 5, 42, 2, 6, 42]);
  pairs.clear();
  expect(pairs.isEmpty).toBe(true);
});

test('the latest tick of a pair counts, whichever was added first', () => {
  const pairs = new SlotPairs();
  pairs.add(2, 5, 41);
  pairs.add(2, 5, 40);
  for (let slot = 100; slot < 300; slot++) pairs.add(1, slot, 40);
  pairs.add(2, 5, 39);
  expect(pairs.read().slice(0, 3)).toEqual([2, 5, 41]);
});
