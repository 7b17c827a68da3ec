import { expect, test } from 'vitest';
import { WakePace } from './wake-pace.ts';

/** How many of the wake-ups at an even pace were dense. */
function denseCount(pace: WakePace, wakes: number, everyMs: number, fromMs = 0): number {
  let count = 0;
  for (let i = 0; i < wakes; i++) {
    const nowMs = fromMs + i * everyMs;
    if (pace.isDense(nowMs)) count++;
    pace.note(nowMs);
  }
  return count;
}

test('a burst passes, a flood does not', () => {
  const pace = new WakePace();
  expect(denseCount(pace, 17, 0.1)).toBe(0);
  expect(denseCount(pace, 20, 0.1, 1.7)).toBe(20);
});

test('a wake-up every two milliseconds or more is never dense', () => {
  expect(denseCount(new WakePace(), 5000, 2)).toBe(0);
});

test('after a flood a pause is enough', () => {
  const pace = new WakePace();
  denseCount(pace, 40, 0);
  expect(pace.isDense(40)).toBe(true);
  expect(pace.isDense(50)).toBe(false);
});
