import { walkViews } from './walk-views.ts';

const STEPS = 400;

/** Walks of `npm run fuzz -- views`: seeds count up from the given one. A failure names the walk that shows it. */
export function fuzzViews(options: { readonly seconds: number; readonly seed: number; readonly now: () => number }): {
  cases: number;
} {
  const endMs = options.now() + options.seconds * 1000;
  let cases = 0;
  do {
    // Every third walk is over the store's own tables.
    walkViews({ seed: options.seed + cases, steps: STEPS, isOnStore: cases % 3 === 2 });
    cases++;
  } while (options.now() < endMs);
  return { cases };
}
