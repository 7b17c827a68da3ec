import { expect, test } from 'vitest';
import { TickLoop } from './tick-loop.ts';

/** Each row: the time, then how many steps run, how many ticks are dropped, and when the first step was due. */
function specify(
  loop: TickLoop,
  rows: readonly [nowMs: number, steps: number, lag: number, firstDueMs: number][],
): void {
  for (const [nowMs, stepCount, lagTicks, firstDueMs] of rows) {
    expect({ nowMs, ...loop.due(nowMs) }).toEqual({ nowMs, stepCount, lagTicks, firstDueMs });
  }
}

test('a step is due each period, counted from the start', () => {
  specify(new TickLoop(20, 1_000), [
    [1_000, 1, 0, 1_000],
    [1_049, 0, 0, 1_050],
    [1_050.2, 1, 0, 1_050],
    [1_099.9, 0, 0, 1_100],
    [1_100, 1, 0, 1_100],
  ]);
});

test('a late loop makes up what it missed, at most five steps at once', () => {
  specify(new TickLoop(20, 1_000), [
    [1_000, 1, 0, 1_000],
    [1_160, 3, 0, 1_050],
    [1_400, 5, 0, 1_200],
  ]);
});

test('what is more than that is dropped from the schedule and reported, the oldest first', () => {
  const loop = new TickLoop(20, 1_000, 3);
  specify(loop, [
    [1_000, 1, 0, 1_000],
    [1_512, 3, 7, 1_400],
    [1_530, 0, 0, 1_550],
    [1_550, 1, 0, 1_550],
  ]);
  expect(loop.lagTickCount).toBe(7);
});

test('a clock that jumps back takes the schedule with it: no tick comes twice, none waits for the difference', () => {
  specify(new TickLoop(20, 1_000_000), [
    [1_000_000, 1, 0, 1_000_000],
    [1_000_030, 0, 0, 1_000_050],
    [400_030, 0, 0, 400_050],
    [400_050, 1, 0, 400_050],
    [400_051, 0, 0, 400_100],
    [400_100, 1, 0, 400_100],
  ]);
});

test('a rate whose period is no whole number of milliseconds does not drift', () => {
  const loop = new TickLoop(60, 17.25);
  let steps = 0;
  for (let nowMs = 17.25; nowMs < 17.25 + 3_600_000; nowMs += 16) steps += loop.due(nowMs).stepCount;
  expect(steps).toBe(3_600 * 60);
  expect(loop.lagTickCount).toBe(0);
});
