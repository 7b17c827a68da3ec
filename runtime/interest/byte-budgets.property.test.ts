import { Prng } from '@tickbase/base';
import { expect, test } from 'vitest';
import { ByteBudgets } from './byte-budgets.ts';

test('in no second is more taken than a tenth above the rate, whatever is asked for', () => {
  const prng = new Prng(11);
  const budgets = new ByteBudgets();
  for (let run = 0; run < 40; run++) {
    const rate = prng.int(2_048, 200_000);
    const tickS = [1 / 60, 1 / 20, 1 / 10][prng.int(0, 2)]!;
    budgets.open(run, rate);
    const taken: { atS: number; bytes: number }[] = [];
    let nowS = 1_000;
    for (let tick = 0; tick < 300; tick++) {
      nowS += tickS * (prng.int(0, 9) === 0 ? 3 : 1); // at times a tick is late
      let left = budgets.fill(run, nowS, tickS);
      for (let piece = prng.int(0, 30); piece > 0; piece--) {
        const bytes = prng.int(10, Math.ceil(rate / 30));
        if (bytes > left) break;
        left -= bytes;
        budgets.take(run, bytes);
        taken.push({ atS: nowS, bytes });
      }
    }
    for (const { atS: fromS } of taken) {
      const second = taken.filter(({ atS }) => atS >= fromS && atS < fromS + 1);
      expect(second.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(1.1 * rate + 1);
    }
  }
});

test('what is taken beyond the budget is made up for before anything else is', () => {
  const budgets = new ByteBudgets();
  budgets.open(7, 10_000);
  expect(budgets.fill(7, 5, 0.05)).toBe(1_000);
  budgets.take(7, 4_000);
  expect(budgets.fill(7, 5.25, 0.05)).toBe(-500);
  expect(budgets.fill(7, 5.5, 0.05)).toBe(1_000);
  expect(budgets.isFullFor(7, 900)).toBe(false);
  expect(budgets.isFullFor(7, 1_100)).toBe(true);
});

test('a client without a rate is never held back', () => {
  const budgets = new ByteBudgets();
  budgets.open(3, Number.POSITIVE_INFINITY);
  budgets.take(3, 1e9);
  expect(budgets.fill(3, 1, 0.05)).toBe(Number.POSITIVE_INFINITY);
});
