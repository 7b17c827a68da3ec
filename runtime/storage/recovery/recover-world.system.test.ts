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
  const missing = new Set(EXPECTED);
  for (let seed = 1; seed <= 6 || (missing.size > 0 && seed <= 60); seed++) {
    const { coverage } = await fuzzRecovery({ seed, cases: 1 });
    for (const event of coverage.counts.keys()) missing.delete(event);
  }
  expect([...missing]).toEqual([]);
});

test('a crash at every operation of a life with snapshots and retention leaves folders that recover', async () => {
  const coverage = new Coverage();
  const { seed, operationCount } = await lifeWithSnapshots();
  for (let place = 0; place < operationCount; place++) {
    const walk = new DurableWalk(seed, coverage);
    await walk.live(24, place);
    await walk.check();
  }
});

test('a recovery that is itself broken off, five times, at every place, comes to the same', async () => {
  const coverage = new Coverage();
  const { seed, operationCount } = await lifeWithSnapshots();
  for (let place = 0; place < 40; place += 2) {
    const walk = new DurableWalk(seed, coverage);
    await walk.live(24, operationCount - 10);
    for (let depth = 0; depth < 5; depth++) await walk.live(0, place);
    await walk.check();
  }
  expect(coverage.counts.get('from a snapshot')).toBeGreaterThan(10);
});

/** The seed of a walk whose first life, left in peace, takes three snapshots at least. */
async function lifeWithSnapshots(): Promise<{ seed: number; operationCount: number }> {
  for (let seed = 1; seed < 500; seed++) {
    const coverage = new Coverage();
    const walk = new DurableWalk(seed, coverage);
    await walk.live(24, Infinity);
    if ((coverage.counts.get('snapshot written') ?? 0) >= 3) return { seed, operationCount: walk.operationCount };
  }
  throw new Error('no life of these took three snapshots');
}
