import { expect, test } from 'vitest';
import { walkViews } from './testing/walk-views.ts';

function walkSeeds(
  first: number,
  count: number,
  isOnStore: boolean,
): { sum: Record<string, number>; missed: string[] } {
  const sum: Record<string, number> = {};
  for (let seed = first; seed < first + count; seed++) {
    const coverage = walkViews({ seed, steps: 250, isOnStore });
    for (const [counter, times] of Object.entries(coverage)) sum[counter] = (sum[counter] ?? 0) + times;
  }
  return { sum, missed: Object.keys(sum).filter((counter) => sum[counter] === 0) };
}

test('every viewer holds just the rows of its queries, on random walks with skips, resumes and reused slots', () => {
  const { sum, missed } = walkSeeds(1, 20, false);
  expect(missed).toEqual([]);
  expect(sum['framesApplied']).toBeGreaterThan(2500);
}, 120_000);

test('the same holds over the tables of the store', () => {
  const { sum, missed } = walkSeeds(101, 12, true);
  expect(missed.filter((counter) => counter !== 'replacedKeys')).toEqual([]);
  expect(sum['framesApplied']).toBeGreaterThan(800);
}, 120_000);

test('the same seed gives the same walk', () => {
  expect(walkViews({ seed: 4711, steps: 60 })).toEqual(walkViews({ seed: 4711, steps: 60 }));
});
