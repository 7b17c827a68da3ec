import { expect, test } from 'vitest';
import { BOUNDS_MS, Histogram } from './histogram.ts';

test('a duration counts at the first bound that it does not pass', () => {
  const histogram = new Histogram();
  for (const durationMs of [0, 0.1, 0.11, 50, 50.1, 9000]) histogram.add(durationMs);
  const counted = [...histogram.counts].flatMap((count, i) => (count === 0 ? [] : [[BOUNDS_MS[i] ?? Infinity, count]]));
  expect(counted).toEqual([
    [0.1, 2],
    [0.25, 1],
    [50, 1],
    [100, 1],
    [Infinity, 1],
  ]);
  expect(histogram.sumMs).toBeCloseTo(9100.31);
});
