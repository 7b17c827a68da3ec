import { expect, test } from 'vitest';
import { DAY_S, daylight, isNight } from './daylight.ts';

test('a day goes from the dark at dawn to full light, and back into a night', () => {
  const hours = [0, 22.5, 45, 150, 300, 322.5, 345, 400, 479];
  expect(hours.map(daylight)).toEqual([0, 0.5, 1, 1, 1, 0.5, 0, 0, 0]);
});

test('every day is as the first, those before it too', () => {
  for (const seconds of [13, 30, 331, 460]) {
    expect(daylight(seconds + 7 * DAY_S)).toBeCloseTo(daylight(seconds), 9);
    expect(daylight(seconds - 3 * DAY_S)).toBeCloseTo(daylight(seconds), 9);
  }
});

test('night takes about a third of the day, in one piece across dawn', () => {
  const seconds = Array.from({ length: DAY_S }, (_, second) => second);
  const nights = seconds.filter(isNight);
  expect(nights.length / DAY_S).toBeGreaterThan(0.3);
  expect(nights.length / DAY_S).toBeLessThan(0.4);
  expect(seconds.filter((second) => isNight(second) !== isNight(second + 1))).toHaveLength(2);
});

test('the light never jumps', () => {
  for (let second = 0; second < DAY_S; second++) {
    expect(Math.abs(daylight(second + 1) - daylight(second))).toBeLessThan(0.04);
  }
});
