import { Prng } from '@tickbase/base';
import { Coverage } from '../../../transactions/testing/coverage.ts';
import { DurableWalk } from './durable-walk.ts';

export interface RecoveryFuzzOptions {
  readonly seed: number;
  /** How long to go on, by `now`; or how many cases. */
  readonly seconds?: number;
  readonly cases?: number;
  /** Milliseconds, from the caller. */
  readonly now?: () => number;
}

/** A case is one database over twelve lives (see DurableWalk). Throws at the first difference, naming the case's seed. */
export async function fuzzRecovery(options: RecoveryFuzzOptions): Promise<{ cases: number; coverage: Coverage }> {
  const coverage = new Coverage();
  const seeds = new Prng(options.seed);
  const end = options.seconds === undefined ? Infinity : options.now!() + options.seconds * 1000;
  const casesMax = options.cases ?? Infinity;
  let cases = 0;
  const isOver = (): boolean => cases >= casesMax || (end !== Infinity && options.now!() >= end);
  while (!isOver()) {
    const seed = seeds.u32();
    try {
      const prng = new Prng(seed);
      const walk = new DurableWalk(seed, coverage);
      for (let life = 0; life < 12; life++) await walk.live(prng.int(5, 25), prng.int(0, 150));
      await walk.check();
    } catch (error) {
      throw new Error(`case ${cases} (seed ${seed}) failed: ${(error as Error).message}`, { cause: error });
    }
    cases++;
  }
  return { cases, coverage };
}
