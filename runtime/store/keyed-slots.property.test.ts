import { array, assert, boolean, constantFrom, integer, nat, property, record } from 'fast-check';
import { expect, test } from 'vitest';
import { KeyedSlots, type SlotBound } from './keyed-slots.ts';

/** Some slots share each key; equal keys go in slot order. */
const keyOf = (slot: number): number => (slot * 7919) % 331;
const compare = (a: number, b: number): number => keyOf(a) - keyOf(b) || a - b;
const bySlot = (a: number, b: number): number => a - b;

/** The number beside a slot may tell all of the order, some of it, or nothing. */
const ORDERS = [
  { order: compare, numberOf: keyOf },
  { order: compare, numberOf: (slot: number): number => Math.floor(keyOf(slot) / 40) },
  { order: compare, numberOf: (): number => 0 },
  { order: bySlot, numberOf: (slot: number): number => slot },
];

test('slots stay in order over additions and removals that split, fill and empty chunks', () => {
  const step = record({ from: nat(4000), count: integer({ min: 1, max: 1500 }), isAdding: boolean() });
  assert(
    property(array(step, { minLength: 1, maxLength: 8 }), constantFrom(...ORDERS), (steps, { order, numberOf }) => {
      const sorted = new KeyedSlots(numberOf, order);
      const model = new Set<number>();
      const boundAt = (slot: number): SlotBound => ({
        number: numberOf(slot),
        accepts: (other) => order(other, slot) >= 0,
      });
      const all: SlotBound = { number: -Infinity, accepts: () => true };
      const none: SlotBound = { number: Infinity, accepts: () => false };
      for (const { from, count, isAdding } of steps) {
        for (let slot = from; slot < from + count; slot++) {
          if (isAdding && !model.has(slot)) sorted.add(slot);
          if (!isAdding && model.has(slot)) sorted.remove(slot);
          if (isAdding) model.add(slot);
          else model.delete(slot);
        }
        const expected = [...model].sort(order);
        const actual: number[] = [];
        sorted.collect(all, none, actual);
        expect(actual).toEqual(expected);
        expect(sorted.count).toBe(expected.length);
        const middle = from + 3;
        const range: number[] = [];
        sorted.collect(boundAt(middle), boundAt(middle + 700), range);
        expect(range).toEqual(expected.filter((slot) => order(slot, middle) >= 0 && order(slot, middle + 700) < 0));
        expect(sorted.firstWithin(boundAt(middle))).toBe(expected.find((slot) => order(slot, middle) >= 0) ?? -1);
      }
    }),
    { numRuns: 60 },
  );
});
