import { expect, test } from 'vitest';
import { SlotPairs } from './slot-pairs.ts';

test('a pair that is added again is there once, however many others came between', () => {
  const pairs = new SlotPairs();
  for (let round = 0; round < 3; round++) for (let slot = 5; slot < 705; slot++) pairs.add(2 + (slot % 3), slot);
  const values = pairs.read();
  expect(values.length).toBe(2 * 700);
  expect(values.slice(0, 4)).toEqual([4, 5, 2, 6]);
  pairs.clear();
  expect(pairs.isEmpty).toBe(true);
});
