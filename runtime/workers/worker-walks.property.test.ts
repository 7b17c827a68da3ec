import { Prng } from '@tickbase/base';
import { expect, test } from 'vitest';
import { walkViews } from '../interest/testing/walk-views.ts';
import { LateWorkers } from './testing/late-workers.ts';

test('viewers hold just the rows of their queries when workers encode the pieces, in time, late or never', () => {
  const sum: Record<string, number> = {};
  for (let seed = 301; seed < 315; seed++) {
    let workers: LateWorkers | null = null;
    walkViews({
      seed,
      steps: 250,
      isOnStore: true,
      workersOf: (plan, tables) => (workers = new LateWorkers(plan, tables, new Prng(seed))),
    });
    for (const [counter, times] of Object.entries(workers!.counts)) sum[counter] = (sum[counter] ?? 0) + times;
  }
  expect(sum['pieces']).toBeGreaterThan(1000);
  for (const times of Object.values(sum)) expect(times).toBeGreaterThan(30);
});
