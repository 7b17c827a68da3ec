import { array, assert, boolean, integer, nat, property, record } from 'fast-check';
import { expect, test } from 'vitest';
import { SortedSlots } from './sorted-slots.ts';

test('slots stay in order over additions and removals that split, fill and empty chunks', () => {
  const step = record({
    from: nat(4000),
    count: integer({ min: 1, max: 1500 }),
    isAdding: boolean(),
    isDescending: boolean(),
  });
  assert(
    property(array(step, { minLength: 1, maxLength: 8 }), (steps) => {
      const sorted = new SortedSlots();
      const model = new Set<number>();
      for (const { from, count, isAdding, isDescending } of steps) {
        for (let i = 0; i < count; i++) {
          const slot = isDescending ? from + count - 1 - i : from + i;
          if (isAdding && !model.has(slot)) sorted.add(slot);
          if (!isAdding && model.has(slot)) sorted.remove(slot);
          if (isAdding) model.add(slot);
          else model.delete(slot);
        }
        const expected = [...model].sort((a, b) => a - b);
        const actual: number[] = [];
        sorted.collectAll(actual);
        expect(actual).toEqual(expected);
        expect([sorted.count, sorted.first()]).toEqual([expected.length, expected[0] ?? -1]);
      }
    }),
    { numRuns: 60 },
  );
});
