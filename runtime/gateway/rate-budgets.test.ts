import { expect, test } from 'vitest';
import { DEFAULT_LIMITS } from './gateway-limits.ts';
import {
  RATE_BYTES,
  RATE_CALLS,
  RATE_FLOOD,
  RATE_MESSAGES,
  RATE_OVER,
  RATE_WITHIN,
  RateBudgets,
  ratesOf,
} from './rate-budgets.ts';

/** The calls' budget alone. */
function callBudget(
  callsPerSecond: number,
  callsBurst: number,
  nowMs: number,
): { take(cost: number, nowMs: number): number } {
  const budgets = new RateBudgets(ratesOf({ ...DEFAULT_LIMITS, callsPerSecond, callsBurst }));
  budgets.open(6, nowMs);
  budgets.open(7, nowMs + 5);
  return { take: (cost, atMs) => budgets.take(6, RATE_CALLS, cost, atMs) };
}

test('a burst passes, then as much as the rate gives back', () => {
  const budget = callBudget(10, 3, 1_000);
  expect([1, 2, 3, 4].map(() => budget.take(1, 1_000))).toEqual([RATE_WITHIN, RATE_WITHIN, RATE_WITHIN, RATE_OVER]);
  expect(budget.take(1, 1_099)).toBe(RATE_OVER);
  expect(budget.take(1, 1_100)).toBe(RATE_WITHIN);
});

test('four times the burst at once is a flood, and a quiet spell ends it', () => {
  const budget = callBudget(10, 3, 500);
  const verdicts = Array.from({ length: 13 }, () => budget.take(1, 500));
  expect(verdicts.slice(3, 12).every((verdict) => verdict === RATE_OVER)).toBe(true);
  expect(verdicts[12]).toBe(RATE_FLOOD);
  expect(budget.take(1, 900)).toBe(RATE_WITHIN);
});

test('a steady stream above the rate but below the flood is refused in part and never closed', () => {
  const budget = callBudget(10, 3, 0);
  let within = 0;
  for (let i = 1; i <= 300; i++) {
    const verdict = budget.take(1, i * 50); // twenty a second for fifteen seconds
    expect(verdict).not.toBe(RATE_FLOOD);
    if (verdict === RATE_WITHIN) within++;
  }
  expect(within).toBeGreaterThanOrEqual(150);
  expect(within).toBeLessThanOrEqual(155);
});

test('a clock that stands still or steps back gives nothing', () => {
  const budget = callBudget(1_000, 1, 700);
  expect(budget.take(1, 700)).toBe(RATE_WITHIN);
  expect(budget.take(1, 600)).toBe(RATE_OVER);
});

test('each rate has a budget of its own', () => {
  const limits = { ...DEFAULT_LIMITS, messagesPerSecond: 10, messagesBurst: 2, bytesPerSecond: 50, bytesBurst: 70 };
  const budgets = new RateBudgets(ratesOf(limits));
  budgets.open(2, 300);
  expect(budgets.take(2, RATE_BYTES, 70, 300)).toBe(RATE_WITHIN);
  expect(budgets.take(2, RATE_BYTES, 1, 300)).toBe(RATE_OVER);
  expect(budgets.take(2, RATE_MESSAGES, 2, 300)).toBe(RATE_WITHIN);
  expect(budgets.take(2, RATE_BYTES, 50, 1_300)).toBe(RATE_WITHIN);
  expect(budgets.take(2, RATE_MESSAGES, 3, 1_300)).toBe(RATE_OVER);
});

test('a share of the rates has that share of the burst and of what comes back', () => {
  const budgets = new RateBudgets(ratesOf({ ...DEFAULT_LIMITS, callsPerSecond: 10, callsBurst: 8 }));
  budgets.open(5, 100);
  budgets.share(5, 0.5);
  const takenAt = (nowMs: number): number => {
    let count = 0;
    while (budgets.take(5, RATE_CALLS, 1, nowMs) === RATE_WITHIN) count++;
    return count;
  };
  expect(takenAt(5_000)).toBe(4);
  expect(takenAt(5_600)).toBe(3);
  budgets.share(5, 1);
  expect(takenAt(90_000)).toBe(8);
});
