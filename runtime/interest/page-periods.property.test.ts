import { Prng } from '@tickbase/base';
import { expect, test } from 'vitest';
import { FrameMemory } from './frame-memory.ts';
import { PagePeriods } from './page-periods.ts';
import { dueTick } from './rate-tiers.ts';

test('a page that has changed is due in its own tick of the period, once, and not before, whatever had its number', () => {
  const prng = new Prng(5);
  for (const periodClass of [1, 3, 5]) {
    const period = 2 ** periodClass;
    const periods = new PagePeriods(periodClass, new FrameMemory());
    const phases = Array.from({ length: 40 }, () => prng.int(0, 127));
    /** By page: the tick of its first change that was not told. */
    const changed = new Map<number, number>();
    let before = 1_000;
    for (let step = 0; step < 600; step++) {
      const tick = before + (prng.int(0, 19) === 0 ? prng.int(2, 70) : 1);
      if (prng.int(0, 9) === 0) {
        const number = prng.int(0, phases.length - 1);
        phases[number] = prng.int(0, 127);
        periods.forget(number);
        changed.delete(number);
      }
      for (let count = prng.int(0, 6); count > 0; count--) {
        const number = prng.int(0, phases.length - 1);
        periods.wait(number, phases[number]!, tick);
        if (!changed.has(number)) changed.set(number, tick);
      }
      const due = new Set<number>(); // a page may be named twice when it has the tick of the one before
      periods.takeDue(before, tick, (number) => due.add(number));
      const naive = [...changed].filter(([number, since]) => {
        for (let at = Math.max(since, before + 1); at <= tick; at++)
          if ((at + phases[number]!) % period === 0) return true;
        return false;
      });
      expect([...due].sort((a, b) => a - b)).toEqual(naive.map(([number]) => number).sort((a, b) => a - b));
      for (const number of due) changed.delete(number);
      before = tick;
    }
  }
});

test('the tick of a period in which a page was due last is the same whoever asks', () => {
  expect([40, 41, 42, 43, 44].map((tick) => dueTick(tick, 2, 7))).toEqual([37, 41, 41, 41, 41]);
  expect(dueTick(40, 0, 7)).toBe(40);
});
