/** What module, page and bots must agree on. */

/** Ticks a second. */
export const TICK_RATE = 20;

/** What stands somewhere. */
export const Kind = { Wanderer: 0, Deer: 1, Fox: 2, Glimmer: 3 } as const;

/** What can be gathered. */
export const Item = { Berries: 0, Mushrooms: 1, Crystals: 2 } as const;

/** How near one must stand to gather, in metres. */
export const GATHER_REACH_M = 2.2;

export const NAME_LENGTH_MAX = 16;
export const LINE_LENGTH_MAX = 120;
