import { expect, test } from 'vitest';
import { Timeline } from './timeline.ts';

test('ticks are numbered on, and their timestamps lie above every transaction before', () => {
  const timeline = new Timeline(9, 41, 7_000);
  const rows: [wallUs: number, transactions: number, tick: number, timestampUs: number][] = [
    [9_000, 0, 42, 9_000], //      the clock is ahead
    [9_000, 4, 43, 9_001], //      it stands still
    [9_002, 1, 44, 9_005], //      the tick before had four transactions, up to 9 004
    [3_000, 3, 45, 9_006], //      it jumps back
    [9_500, 1, 46, 9_500], //      and is ahead again
  ];
  for (const [wallUs, transactions, tick, timestampUs] of rows) {
    expect(timeline.timestampAt(wallUs)).toBe(timestampUs);
    expect(timeline.next(wallUs)).toMatchObject({ number: tick, timestampUs });
    timeline.ran(transactions);
  }
});

const seedsOf = (database: number): number[] => {
  const timeline = new Timeline(database, 3);
  return Array.from({ length: 500 }, () => timeline.next(1).seed);
};

test('a seed depends on the database and the tick, and on nothing else', () => {
  const first = seedsOf(2 ** 40 + 5);
  expect(seedsOf(2 ** 40 + 5)).toEqual(first);
  expect(new Set([...first, ...seedsOf(5), ...seedsOf(2 ** 40 + 6)]).size).toBe(1500);
  expect(first.every((seed) => Number.isSafeInteger(seed) && seed >= 0)).toBe(true);
});
