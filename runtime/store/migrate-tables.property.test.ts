import { assert, integer, property } from 'fast-check';
import { expect, test } from 'vitest';
import { ARE_ALL_RUN, runsOf } from '../../test/support/runs-of.ts';
import { fuzzMigrations } from './testing/fuzz-migrations.ts';
import { EDIT_NAMES } from './testing/random-edit.ts';

const OUTCOMES = ['nothing changed', 'migrated', 'rows carried', 'refused by the plan', 'refused by the rows'];

test(
  'random migrations of random worlds come to what a naive model says, also when they are replayed',
  { timeout: 120_000 },
  () => {
    const counts = new Map<string, number>();
    assert(
      property(integer({ min: 0, max: 0xffff_ffff }), (seed) => {
        const { coverage } = fuzzMigrations({ seed, cases: 25 });
        for (const [event, count] of coverage.counts) counts.set(event, (counts.get(event) ?? 0) + count);
      }),
      { numRuns: runsOf(10), endOnFailure: true },
    );
    if (ARE_ALL_RUN) expect([...EDIT_NAMES, ...OUTCOMES].filter((event) => !counts.has(event))).toEqual([]);
  },
);

test('a column is lost, and then its whole table may go', () => {
  expect(fuzzMigrations({ seed: 118427493, cases: 1 }).cases).toBe(1);
});
