import { expect, test } from 'vitest';
import { percentile } from './percentile.ts';

test('a percentile is a value that occurred, by nearest rank', () => {
  const values = [50, 20, 15, 40, 35];
  expect([0, 0.05, 0.3, 0.4, 0.5, 1].map((share) => percentile(values, share))).toEqual([15, 15, 20, 20, 35, 50]);
  expect(percentile([], 0.99)).toBe(0);
  expect(values[0]).toBe(50);
});
