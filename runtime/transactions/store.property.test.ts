import { assert, integer, property } from 'fast-check';
import { expect, test } from 'vitest';
import { ARE_ALL_RUN, runsOf } from '../../test/support/runs-of.ts';
import { fuzzStore } from './testing/fuzz-store.ts';

const COLUMNS = 'u8 i8 u16 i16 u32 i32 f32 f64 i64 u64 wide128 wide256 string encoded'.split(' ');
const INDEXES = ['btree', 'hash', 'direct'];
const EXPECTED_EVENTS = COLUMNS.map((storage) => `column ${storage}`)
  .concat(INDEXES.flatMap((kind) => [`index ${kind}`, `index ${kind} unique`, `delete by ${kind}`]))
  .concat('event table', 'set table', 'keyed table', 'replayed table', 'insert', 'update', 'upsert', 'edit', 'clear')
  .concat('delete and insert', 'loop', 'range', 'prefix', 'within', 'refused value', 'nested call', 'thrown', 'cut')
  .concat(
    'STORE_UNIQUE_VIOLATION',
    'STORE_NO_SUCH_ROW',
    'STORE_DIRECT_KEY',
    'commit',
    'rollback',
    'slot reused',
    'derived anew',
  )
  .concat('insertMany', 'insertMany refused', 'sweep', 'columns edited', 'columns read', 'STORE_BUSY')
  .concat('op 1', 'op 2', 'op 3', 'cell crossed', 'short record');

test('random transactions over random schemas agree with a naive model', { timeout: 120_000 }, () => {
  const counts = new Map<string, number>();
  let transactions = 0;
  assert(
    property(integer({ min: 0, max: 0xffff_ffff }), (seed) => {
      const result = fuzzStore({ seed, cases: 10 });
      transactions += result.transactions;
      for (const [event, count] of result.coverage.counts) counts.set(event, (counts.get(event) ?? 0) + count);
    }),
    { numRuns: runsOf(15), endOnFailure: true },
  );
  if (!ARE_ALL_RUN) return;
  expect(transactions).toBeGreaterThan(2000);
  expect(EXPECTED_EVENTS.filter((event) => !counts.has(event))).toEqual([]);
});
