import { expect, test } from 'vitest';
import { NameThrottle } from './name-throttle.ts';

test('a name passes once in each second, and so many names', () => {
  const throttle = new NameThrottle(2);
  const passed = (nowMs: number): string[] =>
    ['lake', 'lake', 'pond', 'brook'].filter((name) => throttle.passes(name, nowMs));
  expect(passed(7_000)).toEqual(['lake', 'pond']);
  expect(passed(7_999)).toEqual([]);
  expect(passed(8_000)).toEqual(['lake', 'pond']);
});
