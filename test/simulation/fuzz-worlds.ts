import { fuzzViews } from '../../runtime/interest/testing/fuzz-views.ts';
import { simulateWorld } from './simulate-world.ts';
import { addCoverage, noCoverage } from './walk-coverage.ts';

const STEPS = 500;
/** Rows compared that count as one round. */
const ROWS_A_ROUND = 1_000_000;
/** One in so many cases is a walk over the diff builder alone. */
const VIEWS_EACH = 6;

/**
 * Walks of `npm run fuzz -- views`: seeds count up from the given one, and each alone says what its case is. A failure names the
 * command that begins with it. With `rounds` they go on until so many million rows of clients were compared, however long that takes.
 */
export async function fuzzWorlds(options: {
  readonly seconds: number;
  readonly seed: number;
  readonly rounds?: number;
  readonly now: () => number;
}): Promise<{ cases: number }> {
  const sum = noCoverage();
  const isOver = (): boolean =>
    options.rounds === undefined ? options.now() >= endMs : sum.rowsCompared >= options.rounds * ROWS_A_ROUND;
  const endMs = options.now() + options.seconds * 1000;
  let cases = 0;
  do {
    const seed = options.seed + cases;
    try {
      if (seed % VIEWS_EACH > 0) addCoverage(sum, await simulateWorld({ seed, steps: STEPS }));
      else fuzzViews({ ...options, seed, seconds: 0 });
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      throw new Error(`${what}\nat once: npm run fuzz -- views --seconds 1 --seed ${seed}`, { cause: error });
    }
    cases++;
  } while (!isOver());
  process.stdout.write(`${sum.rowsCompared} rows compared in ${sum.framesApplied} frames of clients\n`);
  return { cases };
}
