import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { axisSteps } from './axis-steps.ts';

test('the marks go from 0 to the greatest value, evenly and few', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-3, max: 1e9, noNaN: true }), (max) => {
      const steps = axisSteps(max);
      expect(steps[0]).toBe(0);
      expect(steps.at(-1)).toBeGreaterThanOrEqual(max * 0.999);
      expect(steps.at(-2)).toBeLessThan(max);
      expect(steps.length).toBeGreaterThanOrEqual(3);
      expect(steps.length).toBeLessThanOrEqual(6);
    }),
  );
});

test.each([
  [0, [0, 1]],
  [1, [0, 0.25, 0.5, 0.75, 1]],
  [37, [0, 10, 20, 30, 40]],
  [0.9, [0, 0.25, 0.5, 0.75, 1]],
])('up to %d they are %j', (max, steps) => {
  expect(axisSteps(max)).toEqual(steps);
});
