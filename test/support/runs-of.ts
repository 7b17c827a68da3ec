/** All cases are tried. `npm run check`, which is run before each commit, tries a part of them: what they must have met is not asked of it. */
export const ARE_ALL_RUN = process.env['TICKBASE_CHECK'] === undefined;

const PART = 1 / 4;

/** How many cases a test tries that would go on for more than a second, or how much of something they meet. */
export function runsOf(count: number): number {
  return ARE_ALL_RUN ? count : Math.ceil(count * PART);
}
