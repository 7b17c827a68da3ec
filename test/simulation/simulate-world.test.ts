import { expect, test } from 'vitest';
import { REGRESSIONS } from './regressions.ts';
import { simulateWorld } from './simulate-world.ts';
import { addCoverage, noCoverage } from './walk-coverage.ts';

const FRAMES = 100_000;
const STEPS = 500;

test('every client holds just what its queries give, at each frame that it applies, whatever becomes of its link', async () => {
  const sum = noCoverage();
  let seed = 0;
  while (sum.framesApplied < FRAMES) addCoverage(sum, await simulateWorld({ seed: ++seed, steps: STEPS }));
  process.stdout.write(`${seed} worlds: ${JSON.stringify(sum)}\n`);
  expect(Object.entries(sum).filter(([, count]) => count === 0)).toEqual([]);
}, 1_800_000);

test('the same seed gives the same walk', async () => {
  const options = { seed: 4711, steps: 60 };
  expect(await simulateWorld(options)).toEqual(await simulateWorld(options));
});

test.for(REGRESSIONS)('seed $seed, $steps steps: $shows', async ({ seed, steps }) => {
  await simulateWorld({ seed, steps });
});
