/** How far the server goes easy on itself under load: what every client is sent less of. */
export interface Easing {
  /** Periods of the rate tiers are so much longer; without tiers it changes nothing. */
  readonly farFactor: 1 | 2 | 4;
  /** Radii of areas of interest are so much shorter; 0.5 to 1. */
  readonly radiusFactor: number;
  /** Cells before the first tier are sent in every such tick. */
  readonly nearEveryTicks: 1 | 2;
}

/** An unburdened server. */
export const NO_EASING: Easing = Object.freeze({ farFactor: 1, radiusFactor: 1, nearEveryTicks: 1 });
