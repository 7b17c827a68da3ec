/** Of a search: so many players were tried, and how it went. */
export interface SearchStep {
  readonly bots: number;
  readonly isHeld: boolean;
  /** Why not; empty when it was held. */
  readonly why: string;
  readonly tickP99Ms: number | null;
}

/** Where the search begins. */
const BOTS_FIRST = 100;
/** It ends when the number is known to a twentieth, or to this. */
const GAP_MIN = 10;
const GAP_SHARE = 0.05;

/**
 * Searches the greatest number of players that is held: doubles it until one is not, then halves the gap. What is not held is tried a
 * second time before it counts, since a machine has bad moments of its own. Returns 0 when not even the fewest are held. Null: `tryOne` gave
 * the search up.
 */
export async function findMax(
  botsMax: number,
  tryOne: (bots: number) => Promise<SearchStep | null>,
): Promise<{ readonly held: number; readonly steps: readonly SearchStep[] } | null> {
  const steps: SearchStep[] = [];
  let held = 0;
  let tooMany = botsMax + 1;
  for (let bots = Math.min(BOTS_FIRST, botsMax); held < bots && bots < tooMany; bots = nextOf(held, tooMany, botsMax)) {
    let isHeld = false;
    for (let attempt = 0; attempt < 2 && !isHeld; attempt++) {
      const step = await tryOne(bots);
      if (step === null) return null;
      steps.push(step);
      isHeld = step.isHeld;
    }
    if (isHeld) held = bots;
    else tooMany = bots;
  }
  return { held, steps };
}

/** `held` itself when the search is over. */
function nextOf(held: number, tooMany: number, botsMax: number): number {
  if (tooMany > botsMax) return Math.min(2 * held, botsMax);
  const gap = tooMany - held;
  return gap <= Math.max(GAP_MIN, GAP_SHARE * held) ? held : held + Math.round(gap / 2);
}
