import { expect, test } from 'vitest';
import { walkLags } from './testing/walk-lags.ts';

test('what a client has of a cell is what was there when it was told of it last, and in the end all is as it is', () => {
  const sum: Record<string, number> = {};
  for (let seed = 1; seed <= 12; seed++) {
    for (const [counter, times] of Object.entries(walkLags({ seed, steps: 200 })))
      sum[counter] = (sum[counter] ?? 0) + times;
  }
  expect(Object.keys(sum).filter((counter) => sum[counter] === 0)).toEqual([]);
}, 120_000);
