import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Interval, type IntervalNode, IntervalTree, type OrderedValue } from './interval-tree.ts';

/** Few values, so that ends meet. */
const value = fc.integer({ min: 3, max: 17 });
const interval: fc.Arbitrary<Interval> = fc.record({
  low: fc.option(value, { freq: 4 }),
  isLowOut: fc.boolean(),
  high: fc.option(value, { freq: 4 }),
  isHighOut: fc.boolean(),
});
const step = fc.oneof(
  { weight: 3, arbitrary: interval.map((it) => ({ add: it, removeAt: null })) },
  { weight: 2, arbitrary: fc.nat(99).map((removeAt) => ({ add: null, removeAt })) },
);

function holds({ low, isLowOut, high, isHighOut }: Interval, at: OrderedValue): boolean {
  const isAbove = low === null || at > low || (at === low && !isLowOut);
  return isAbove && (high === null || at < high || (at === high && !isHighOut));
}

test('what a tree finds at a value is what a look at every interval finds, as intervals come and go', () => {
  let foundCount = 0;
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const tree = new IntervalTree<number>((a, b) => (a < b ? -1 : a > b ? 1 : 0));
      const model: IntervalNode<number>[] = [];
      for (const [item, { add, removeAt }] of steps.entries()) {
        if (add !== null) model.push(tree.add(add, item));
        else if (model.length > 0) tree.remove(model.splice(removeAt % model.length, 1)[0]!);
        expect(tree.count).toBe(model.length);
      }
      for (const at of [-Infinity, ...Array.from({ length: 31 }, (_, i) => 2.5 + i / 2), Infinity]) {
        const found: number[] = [];
        tree.forEachAt(at, (item) => found.push(item));
        foundCount += found.length;
        const expected = model.filter((node) => holds(node.interval, at)).map((node) => node.item);
        expect(found.sort((a, b) => a - b)).toEqual(expected.sort((a, b) => a - b));
      }
    }),
    { numRuns: 400 },
  );
  expect(foundCount).toBeGreaterThan(2000);
});

test('a value is compared with few of many intervals that do not hold it', () => {
  let comparisons = 0;
  const tree = new IntervalTree<number>((a, b) => {
    comparisons++;
    return Number(a) - Number(b);
  });
  for (let i = 0; i < 10_000; i++) {
    tree.add({ low: i * 7, isLowOut: false, high: i * 7 + 10, isHighOut: false }, i);
  }
  comparisons = 0;
  const found: number[] = [];
  tree.forEachAt(35_002, (item) => found.push(item));
  expect(found.sort()).toEqual([4999, 5000]);
  expect(comparisons).toBeLessThan(200);
});
