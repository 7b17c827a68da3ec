import { fuzzViews } from '../../runtime/interest/testing/fuzz-views.ts';
import { simulateWorld } from './simulate-world.ts';

const STEPS = 500;
/** One in so many cases is a walk over the diff builder alone. */
const VIEWS_EACH = 6;

/**
 * Walks of `npm run fuzz -- views`: seeds count up from the given one, and each alone says what its case is. A failure names the
 * command that begins with it.
 */
export async function fuzzWorlds(options: {
  readonly seconds: number;
  readonly seed: number;
  readonly now: () => number;
}): Promise<{ cases: number }> {
  const endMs = options.now() + options.seconds * 1000;
  let cases = 0;
  do {
    const seed = options.seed + cases;
    try {
      if (seed % VIEWS_EACH > 0) await simulateWorld({ seed, steps: STEPS });
      else fuzzViews({ ...options, seed, seconds: 0 });
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      throw new Error(`${what}\nat once: npm run fuzz -- views --seconds 1 --seed ${seed}`, { cause: error });
    }
    cases++;
  } while (options.now() < endMs);
  return { cases };
}
