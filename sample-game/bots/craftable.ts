import { FIRE_REACH_M, Item, RECIPES } from '../src/rules.ts';

/** How many of an item a bot wants to have. A stew is eaten, so two are better than one. */
const WANTED: Readonly<Record<number, number>> = { [Item.Torch]: 1, [Item.Spear]: 1, [Item.Charm]: 1, [Item.Stew]: 2 };

/**
 * The number of the first recipe that a bot has the things for and wants, or null. Campfires are for the evening: it decides on them itself.
 *   pack    pieces by item
 *   fireM   metres to the nearest fire
 */
export function craftable(pack: ReadonlyMap<number, number>, fireM: number): number | null {
  const has = (item: number): number => pack.get(item) ?? 0;
  const number = RECIPES.findIndex(
    ({ item, needs, atFire }) =>
      has(item) < (WANTED[item] ?? 0) &&
      needs.every((need) => has(need.item) >= need.count) &&
      (!atFire || fireM <= FIRE_REACH_M),
  );
  return number === -1 ? null : number;
}
