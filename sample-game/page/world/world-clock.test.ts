import { expect, test } from 'vitest';
import { WorldClock } from './world-clock.ts';

test('the shown moment follows the fastest message, a hundred milliseconds behind', () => {
  const clock = new WorldClock();
  expect(clock.shownMs(5000)).toBe(0);
  clock.hear(300, 5040);
  clock.hear(350, 5060);
  clock.hear(400, 5140);
  expect(clock.shownMs(5200)).toBe(5200 - 4710 - 100);
});

test('a server that left out ticks is followed within a few seconds, without a jump', () => {
  const clock = new WorldClock();
  let nowMs = 7000;
  let shownMs = 0;
  for (let tick = 5; tick < 205; tick++) {
    const lagMs = tick < 45 ? 0 : 400;
    nowMs = 7000 + tick * 50 + lagMs;
    clock.hear(tick * 50, nowMs);
    const nextMs = clock.shownMs(nowMs);
    if (tick > 45) expect(nextMs - shownMs).toBeGreaterThan(0);
    shownMs = nextMs;
  }
  expect(shownMs).toBeCloseTo(204 * 50 - 100, 0);
});

test('a server that started again is followed at once', () => {
  const clock = new WorldClock();
  clock.hear(90_000, 5000);
  clock.hear(50, 9000);
  expect(clock.shownMs(9000)).toBe(-50);
});
