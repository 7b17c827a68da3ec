import { Prng } from '@tickbase/base';
import { simulateCrashes } from './simulate-crashes.ts';

export interface CrashFuzzOptions {
  readonly seed: number;
  readonly seconds: number;
  readonly now: () => number;
}

/** Walks of other seeds until the time is over. `cases`: crashes. Throws at the first walk that fails. */
export async function fuzzCrashes({ seed, seconds, now }: CrashFuzzOptions): Promise<{ cases: number }> {
  const seeds = new Prng(seed);
  const endMs = now() + seconds * 1000;
  let cases = 0;
  while (now() < endMs) {
    const { kills, powerCuts } = await simulateCrashes({ seed: seeds.u32(), lives: seeds.int(2, 40) });
    cases += kills + powerCuts;
  }
  return { cases };
}
