import { describe, expect, test } from 'vitest';
import { PLANTED } from './crash-server.ts';
import { noCrashCoverage, simulateCrashes } from './simulate-crashes.ts';

/** Two hundred crashes or so, always the same; `npm run fuzz -- crashes` goes on with others. */
const SEEDS = 12;
const LIVES = 12;

test('after each crash the world is that of a tick which nobody who was told of a later one could miss', async () => {
  const sum = noCrashCoverage();
  for (let seed = 1; seed <= SEEDS; seed++) {
    const met = await simulateCrashes({ seed, lives: LIVES });
    for (const [what, count] of Object.entries(met)) sum[what as keyof typeof sum] += count;
  }
  process.stdout.write(`${JSON.stringify(sum)}\n`);
  expect(Object.entries(sum).filter(([, count]) => count === 0)).toEqual([]);
});

describe('a mistake that is planted is found', () => {
  test.each([...PLANTED, 'lying disk'] as const)('%s', async (planted) => {
    const found = await firstFailure(planted);
    expect(found).toMatch(FOUND[planted]);
  });
});

async function firstFailure(planted: (typeof PLANTED)[number] | 'lying disk'): Promise<string> {
  for (let seed = 1; seed <= 30; seed++) {
    try {
      await simulateCrashes({ seed, lives: 10, planted });
    } catch (error) {
      return (error as Error).message;
    }
  }
  return 'nothing';
}

const FOUND = {
  'tells early': /was seen by a confirmed client|was confirmed and is lost/,
  'forgets past calls': /runs twice/,
  'forgets lost sessions': /have not gone/,
  'counts anew': /in the server and the oracle differ|goes back|digest/,
  'skips a record': /comes back|have not gone|does not fit|does not have|ends early|before/,
  'lying disk': /was seen by a confirmed client|was confirmed and is lost|SEQUENCE|SEGMENT|CHECKSUM|SNAPSHOT|record/,
} as const;
