import { expect, test } from 'vitest';
import { ARE_ALL_RUN, runsOf } from '../../../test/support/runs-of.ts';
import { noCounts, walkLog } from '../testing/fuzz-log.ts';

test('random lives and crashes: what was acknowledged is there, nothing else ever, and no sequence twice', async () => {
  const counts = noCounts();
  for (let seed = 1; seed <= runsOf(120); seed++) await walkLog(seed, counts);
  expect(
    Object.values(counts).every((count) => count > (ARE_ALL_RUN ? 5 : 0)),
    JSON.stringify(counts),
  ).toBe(true);
});
