/** Of a search: so many players were tried, and how it went. */
export interface SearchStep {
  readonly bots: number;
  readonly isHeld: boolean;
  /** Why not; empty when it was held. */
  readonly why: string;
  readonly tickP99Ms: number | null;
}

export interface SearchPace {
  /** Where the search begins. */
  readonly first: number;
  /** It ends when the number is known to this part of it, or to GAP_MIN. */
  readonly gapShare: number;
}

const PACE: SearchPace = { first: 100, gapShare: 0.05 };
const GAP_MIN = 10;

/**
 * Searches the greatest number of players that is held: doubles it until one is not, then halves the gap. What is not held is tried a
 * second time before it counts, since a machine has bad moments of its own. Returns 0 when not even the fewest are held. Null: `tryOne` gave
 * the search up.
 */
export async function findMax(
  botsMax: number,
  tryOne: (bots: number) => Promise<SearchStep | null>,
  { first, gapShare }: SearchPace = PACE,
): Promise<{ readonly held: number; readonly steps: readonly SearchStep[] } | null> {
  const steps: SearchStep[] = [];
  let held = 0;
  let tooMany = botsMax + 1;
  const next = (): number => nextOf(held, tooMany, botsMax, gapShare);
  for (let bots = Math.min(first, botsMax); held < bots && bots < tooMany; bots = next()) {
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
function nextOf(held: number, tooMany: number, botsMax: number, gapShare: number): number {
  if (tooMany > botsMax) return Math.min(2 * held, botsMax);
  const gap = tooMany - held;
  return gap <= Math.max(GAP_MIN, gapShare * held) ? held : held + Math.round(gap / 2);
}
