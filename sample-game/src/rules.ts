/** What module, page and bots must agree on. */

/** Ticks a second. */
export const TICK_RATE = 20;

/** What stands somewhere and moves: `body.kind`. */
export const Kind = { Wanderer: 0, Deer: 1, Fox: 2, Glimmer: 3, Wolf: 4 } as const;

/**
 * What a pack can hold: `pack.item`. `resource.kind` is the item that the resource gives: a resource of Wood is deadwood.
 * A Campfire never is in a pack: whoever crafts it has it burning before his feet.
 */
export const Item = {
  Berries: 0,
  Mushrooms: 1,
  Crystals: 2,
  Wood: 3,
  Torch: 4,
  Stew: 5,
  Spear: 6,
  Charm: 7,
  Campfire: 8,
} as const;

/** By item, as refusals call it. */
export const ITEM_NAMES = [
  'berries',
  'mushrooms',
  'crystals',
  'wood',
  'torches',
  'stew',
  'spears',
  'charms',
  'campfires',
] as const;

/** `body.carries` of empty hands. */
export const EMPTY_HANDS = 0;

/** What can be held in the hand: a torch and a spear against wolves, a charm that heals. */
export const HOLDABLE: readonly number[] = [Item.Torch, Item.Spear, Item.Charm];

export interface Stack {
  readonly item: number;
  readonly count: number;
}

export interface Recipe extends Stack {
  readonly needs: readonly Stack[];
  /** Made only within FIRE_REACH_M of a fire. */
  readonly atFire: boolean;
}

/** What can be crafted; a recipe's number is its place here. */
export const RECIPES: readonly Recipe[] = [
  { item: Item.Campfire, count: 1, needs: [{ item: Item.Wood, count: 3 }], atFire: false },
  {
    item: Item.Torch,
    count: 1,
    needs: [
      { item: Item.Wood, count: 1 },
      { item: Item.Mushrooms, count: 1 },
    ],
    atFire: true,
  },
  {
    item: Item.Stew,
    count: 1,
    needs: [
      { item: Item.Mushrooms, count: 2 },
      { item: Item.Berries, count: 2 },
    ],
    atFire: true,
  },
  {
    item: Item.Spear,
    count: 1,
    needs: [
      { item: Item.Wood, count: 2 },
      { item: Item.Crystals, count: 1 },
    ],
    atFire: false,
  },
  {
    item: Item.Charm,
    count: 1,
    needs: [
      { item: Item.Crystals, count: 2 },
      { item: Item.Berries, count: 1 },
    ],
    atFire: false,
  },
];

/** How much hp an item gives to whoever eats it; what is not here cannot be eaten. */
export const NOURISHMENT: Readonly<Record<number, number>> = {
  [Item.Berries]: 6,
  [Item.Mushrooms]: 4,
  [Item.Stew]: 45,
};

/** A wanderer's hp when nothing has bitten. */
export const HP_MAX = 100;

/** What a bush gives before it must grow again. */
export const PIECES_MAX = 3;

/** How near one must stand to gather, in metres. */
export const GATHER_REACH_M = 2.2;
/** How near a fire one must stand to craft at it and to be warmed by it, in metres. */
export const FIRE_REACH_M = 4;
/** How far a spear reaches, in metres. */
export const STRIKE_REACH_M = 2.6;
/** How long a fire burns that somebody built, in seconds. The camp's own never goes out. */
export const FIRE_S = 150;

export const NAME_LENGTH_MAX = 16;
export const LINE_LENGTH_MAX = 120;
/** So many world-wide lines are kept for those who come later. */
export const CHRONICLE_LENGTH = 100;
