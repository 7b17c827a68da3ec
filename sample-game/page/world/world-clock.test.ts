import { expect, test } from 'vitest';
import { WorldClock } from './world-clock.ts';

test('the shown moment follows the fastest message, a hundred milliseconds behind', () => {
  const clock = new WorldClock();
  expect(clock.shownMs(5000)).toBe(0);
  clock.hear(300, 5040);
  clock.hear(350, 5060);
  clock.hear(400, 5140);
  expect(clock.shownMs(5200)).toBeCloseTo(5200 - 4710 - 100, 0);
});

test('a server that started again is followed at once', () => {
  const clock = new WorldClock();
  clock.hear(90_000, 5000);
  clock.hear(50, 9000);
  expect(clock.shownMs(9000)).toBe(-50);
});
