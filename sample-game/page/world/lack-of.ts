import type { Recipe } from '../../src/rules.ts';

/** One thing that a recipe needs, and how much of it there is. */
export interface Need {
  readonly item: number;
  readonly has: number;
  readonly count: number;
}

/** What a recipe needs, each beside what the pack has. */
export function needsOf(recipe: Recipe, pack: ReadonlyMap<number, number>): Need[] {
  return recipe.needs.map(({ item, count }) => ({ item, count, has: pack.get(item) ?? 0 }));
}

/** Why a recipe cannot be made now: too little of something, no fire near, or null: it can. */
export function lackOf(recipe: Recipe, pack: ReadonlyMap<number, number>, isAtFire: boolean): 'things' | 'fire' | null {
  if (needsOf(recipe, pack).some(({ has, count }) => has < count)) return 'things';
  return recipe.atFire && !isAtFire ? 'fire' : null;
}
