import { expect, test } from 'vitest';
import { HOLDABLE, HP_MAX, Item, ITEM_NAMES, NOURISHMENT, RECIPES } from './rules.ts';

const GATHERED: ReadonlySet<number> = new Set([Item.Berries, Item.Mushrooms, Item.Crystals, Item.Wood]);

test('everything that is not gathered is crafted, by one recipe each', () => {
  const crafted = Object.values(Item).filter((item) => !GATHERED.has(item));
  expect(RECIPES.map(({ item }) => item).sort()).toEqual(crafted.sort());
});

test('a recipe names each thing that it needs once, and nothing that is crafted', () => {
  for (const { needs } of RECIPES) {
    expect(needs.length).toBeGreaterThan(0);
    expect(new Set(needs.map(({ item }) => item)).size).toBe(needs.length);
    expect(needs.every(({ item, count }) => GATHERED.has(item) && count > 0)).toBe(true);
  }
});

test('items have names, what is held is crafted, and food gives a part of all hp', () => {
  expect(ITEM_NAMES).toHaveLength(Object.keys(Item).length);
  expect(HOLDABLE.some((item) => GATHERED.has(item))).toBe(false);
  for (const hp of Object.values(NOURISHMENT)) expect(hp > 0 && hp < HP_MAX).toBe(true);
});
