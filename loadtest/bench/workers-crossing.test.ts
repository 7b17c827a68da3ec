import { expect, test } from 'vitest';
import { crossingOf } from './workers-crossing.ts';

test('they cross where the lines between the points meet', () => {
  const points = [
    { rowCount: 2000, alone: 400, helped: 700 },
    { rowCount: 8000, alone: 2400, helped: 2700 },
    { rowCount: 16_000, alone: 9000, helped: 8400 },
  ];
  expect(crossingOf(points)).toBe(10_667);
  expect(crossingOf(points.slice(0, 2))).toBeNull();
  expect(crossingOf(points.slice(2))).toBeNull();
});
