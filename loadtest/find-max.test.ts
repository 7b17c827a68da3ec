import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { findMax, type SearchStep } from './find-max.ts';

const step = (bots: number, isHeld: boolean): SearchStep => ({ bots, isHeld, why: isHeld ? '' : 'slow', tickP99Ms: 1 });
/** A world that holds so many. */
const upTo =
  (limit: number) =>
  async (bots: number): Promise<SearchStep> =>
    step(bots, bots <= limit);

test('the number is doubled, then the gap is halved; what fails is tried twice', async () => {
  const { held, steps } = (await findMax(5000, upTo(330)))!;
  expect(steps.map(({ bots, isHeld }) => `${bots} ${isHeld}`)).toEqual([
    '100 true',
    '200 true',
    '400 false',
    '400 false',
    '300 true',
    '350 false',
    '350 false',
    '325 true',
    '338 false',
    '338 false',
  ]);
  expect(held).toBe(325);
});

test('the search ends near the limit, wherever that is', async () => {
  const numbers = fc.record({ limit: fc.integer({ min: 0, max: 6000 }), botsMax: fc.integer({ min: 1, max: 5000 }) });
  await fc.assert(
    fc.asyncProperty(numbers, async ({ limit, botsMax }) => {
      const { held } = (await findMax(botsMax, upTo(limit)))!;
      const best = Math.min(limit, botsMax);
      expect(held).toBeLessThanOrEqual(best);
      expect(best - held).toBeLessThanOrEqual(Math.max(10, 0.05 * held));
    }),
  );
});

test('one bad moment does not count', async () => {
  let tries = 0;
  const { held } = (await findMax(100, async (bots) => step(bots, ++tries > 1)))!;
  expect({ held, tries }).toEqual({ held: 100, tries: 2 });
});

test('a search that is given up has no result', async () => {
  expect(await findMax(100, async () => null)).toBeNull();
});
