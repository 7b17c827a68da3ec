import { expect, test } from 'vitest';
import { SystemClock } from './system-clock.ts';

test('the wall time follows the system’s clock forward, and goes on at half speed when that is set back', () => {
  let monotonicMs = 300;
  let wallMs = 9_000;
  const clock = new SystemClock(
    () => monotonicMs,
    () => wallMs,
  );
  const rows: [passedMs: number, wallMs: number, wallUs: number][] = [
    [0, 9_000, 9_000_000],
    [0.25, 9_000, 9_000_125], //  between two milliseconds of the system's clock
    [10, 9_010, 9_010_000],
    [5, 20_000, 20_000_000], //   set forward
    [20, 8_000, 20_010_000], //   set back
    [1_000, 9_000, 20_510_000],
    [30, 20_600, 20_600_000], //  it has caught up
  ];
  for (const [passedMs, wall, wallUs] of rows) {
    monotonicMs += passedMs;
    wallMs = wall;
    expect(clock.wallUs()).toBe(wallUs);
  }
  expect(clock.nowMs()).toBe(monotonicMs);
});
