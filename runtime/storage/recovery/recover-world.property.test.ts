import { expect, test } from 'vitest';
import { Coverage } from '../../transactions/testing/coverage.ts';
import { DurableWalk } from './testing/durable-walk.ts';
import { fuzzRecovery } from './testing/fuzz-recovery.ts';

const EXPECTED = [
  'crash',
  'quiet life',
  'clean end',
  'snapshot written',
  'from a snapshot',
  'from the log alone',
].concat('records replayed', 'torn tail', 'rollback');

test('over lives that end with a crash at any operation of the disk, what was durable is found again', async () => {
  const { coverage } = await fuzzRecovery({ seed: 20_260, cases: 6 });
  expect(EXPECTED.filter((event) => !coverage.counts.has(event))).toEqual([]);
});

test('a crash at every operation of a life with snapshots and retention leaves folders that recover', async () => {
  const coverage = new Coverage();
  const whole = new DurableWalk(14, coverage);
  await whole.live(24, Infinity);
  expect(coverage.counts.get('snapshot written')).toBeGreaterThan(2);
  for (let place = 0; place < whole.operationCount; place++) {
    const walk = new DurableWalk(14, coverage);
    await walk.live(24, place);
    await walk.check();
  }
});

test('a recovery that is itself broken off, five times, at every place, comes to the same', async () => {
  const coverage = new Coverage();
  for (let place = 0; place < 40; place += 2) {
    const walk = new DurableWalk(14, coverage);
    await walk.live(24, 110);
    for (let depth = 0; depth < 5; depth++) await walk.live(0, place);
    await walk.check();
  }
  expect(coverage.counts.get('from a snapshot')).toBeGreaterThan(10);
});
