import { array, assert, boolean, integer, nat, property, record } from 'fast-check';
import { expect, test } from 'vitest';
import { SortedSlots } from './sorted-slots.ts';

/** A third of the slots share each key; equal keys go in slot order. */
const keyOf = (slot: number): number => (slot * 7919) % 331;
const compare = (a: number, b: number): number => keyOf(a) - keyOf(b) || a - b;

test('slots stay in order over additions and removals that split, fill and empty chunks', () => {
  const step = record({ from: nat(4000), count: integer({ min: 1, max: 1500 }), isAdding: boolean() });
  assert(
    property(array(step, { minLength: 1, maxLength: 8 }), boolean(), (steps, isAscending) => {
      const order = isAscending ? (a: number, b: number): number => a - b : compare;
      const sorted = new SortedSlots(order);
      const model = new Set<number>();
      for (const { from, count, isAdding } of steps) {
        for (let slot = from; slot < from + count; slot++) {
          if (isAdding && !model.has(slot)) sorted.add(slot);
          if (!isAdding && model.has(slot)) sorted.remove(slot);
          if (isAdding) model.add(slot);
          else model.delete(slot);
        }
        const expected = [...model].sort(order);
        const actual: number[] = [];
        sorted.collectAll(actual);
        expect(actual).toEqual(expected);
        expect([sorted.count, sorted.first()]).toEqual([expected.length, expected[0] ?? -1]);
        const middle = from + 3;
        const range: number[] = [];
        sorted.collect(
          (slot) => order(slot, middle) >= 0,
          (slot) => order(slot, middle + 700) > 0,
          range,
        );
        expect(range).toEqual(expected.filter((slot) => order(slot, middle) >= 0 && order(slot, middle + 700) <= 0));
        expect(sorted.firstWhere((slot) => order(slot, middle) >= 0)).toBe(
          range[0] ?? expected.find((s) => order(s, middle) >= 0) ?? -1,
        );
      }
    }),
    { numRuns: 60 },
  );
});
