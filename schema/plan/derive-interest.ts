import { schemaError } from '../errors/schema-error.ts';
import type { InterestDraft } from '../module/function-draft.ts';
import type { InterestPlan, InterestTier } from './plan.ts';

/** An interest as it was written, with what was left out. Its numbers are checked with the whole plan. */
export function deriveInterest({ radiusMax, tiers, bytesPerSecond, rowsMax }: InterestDraft): InterestPlan {
  return {
    radiusMax: radiusMax as number,
    tiers: deriveTiers(tiers),
    bytesPerSecond: (bytesPerSecond ?? BYTES_PER_SECOND) as number,
    rowsMax: (rowsMax ?? null) as number | null,
  };
}

function deriveTiers(tiers: unknown): readonly InterestTier[] {
  if (tiers === undefined) return [];
  if (!Array.isArray(tiers)) throw schemaError('INTEREST_TIERS', 'interest', 'tiers is no list');
  return tiers.map((tier: unknown) => {
    if (typeof tier !== 'object' || tier === null) {
      throw schemaError('INTEREST_TIERS', 'interest', `a tier is ${String(tier)}`);
    }
    const { beyond, everyTicks } = tier as InterestTier;
    return { beyond, everyTicks };
  });
}

/** A megabit a second: what a weak mobile link bears, and some twenty thousand steps of movers. */
const BYTES_PER_SECOND = 131_072;
