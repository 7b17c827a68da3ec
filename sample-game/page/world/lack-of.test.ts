import { expect, test } from 'vitest';
import { Item } from '../../src/rules.ts';
import { lackOf, needsOf } from './lack-of.ts';

const soup = {
  item: Item.Stew,
  count: 1,
  needs: [
    { item: Item.Mushrooms, count: 3 },
    { item: Item.Berries, count: 1 },
  ],
  atFire: true,
};

test('a recipe lacks things first, then its fire, then nothing', () => {
  const some = new Map([[Item.Mushrooms, 2]] as [number, number][]);
  const enough = new Map<number, number>([
    [Item.Mushrooms, 3],
    [Item.Berries, 7],
  ]);
  expect(lackOf(soup, some, true)).toBe('things');
  expect(lackOf(soup, enough, false)).toBe('fire');
  expect(lackOf(soup, enough, true)).toBe(null);
  expect(lackOf({ ...soup, atFire: false }, enough, false)).toBe(null);
});

test('what the pack has not at all counts as none', () => {
  expect(needsOf(soup, new Map([[Item.Mushrooms, 2]]))).toEqual([
    { item: Item.Mushrooms, has: 2, count: 3 },
    { item: Item.Berries, has: 0, count: 1 },
  ]);
});
