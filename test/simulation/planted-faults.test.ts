import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, assert, beforeAll, expect, test } from 'vitest';
import { PLANTED_FAULTS } from './planted-faults.ts';
import { simulateWorld } from './simulate-world.ts';
import { simulationWithFault } from './simulation-with-fault.ts';

const SEEDS = 50;
const STEPS = 160;
/** By seed: what the walk over the product as it is came to. */
const soundWalks = new Map<number, Promise<string>>();

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tickbase-faults-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

test.for(PLANTED_FAULTS)('the walk finds $what', { timeout: 300_000 }, async (fault) => {
  const faultyWalk = await simulationWithFault(fault, folder);
  const seeds = new Set([fault.seed ?? 1, ...Array.from({ length: SEEDS }, (_, i) => i + 1)]);
  let found: { seed: number; message: string } | null = null;
  for (const seed of seeds) {
    const message = await failureOf(faultyWalk({ seed, steps: STEPS }));
    if (message === '') continue;
    found = { seed, message };
    break;
  }
  assert(found !== null, `${SEEDS} seeds have not found it`);
  process.stdout.write(`planted “${fault.what}”, found as it should be: ${found.message.slice(0, 120)}\n`);
  // The same walk over the product as it is finds nothing.
  let sound = soundWalks.get(found.seed);
  if (sound === undefined)
    soundWalks.set(found.seed, (sound = failureOf(simulateWorld({ seed: found.seed, steps: STEPS }))));
  expect(await sound).toBe('');
});

test('a fault whose text is gone is refused', async () => {
  const fault = { what: 'nothing', file: 'base/assert.ts', text: 'no such text', instead: '' };
  await expect(simulationWithFault(fault, folder)).rejects.toThrow('0 times');
});

/** The message of the error with which a walk ends; empty: it ends well. */
function failureOf(walk: Promise<unknown>): Promise<string> {
  return walk.then(
    () => '',
    (error: Error) => error.message,
  );
}
