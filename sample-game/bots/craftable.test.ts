import { expect, test } from 'vitest';
import { Item, RECIPES } from '../src/rules.ts';
import { craftable } from './craftable.ts';

const NEAR_M = 2;
const FAR_M = 30;

const itemOf = (stacks: readonly (readonly [item: number, count: number])[], fireM: number): number | null => {
  const number = craftable(new Map(stacks), fireM);
  return number === null ? null : RECIPES[number]!.item;
};

test('a bot makes what it has the things for, as long as it has not enough of it', () => {
  expect(itemOf([], NEAR_M)).toBeNull();
  expect(
    itemOf(
      [
        [Item.Wood, 2],
        [Item.Crystals, 1],
      ],
      FAR_M,
    ),
  ).toBe(Item.Spear);
  expect(
    itemOf(
      [
        [Item.Wood, 2],
        [Item.Crystals, 1],
        [Item.Spear, 1],
      ],
      FAR_M,
    ),
  ).toBeNull();
});

test('what is made at a fire waits until the bot is at one', () => {
  const forTorch = [
    [Item.Wood, 1],
    [Item.Mushrooms, 1],
  ] as const;
  expect(itemOf(forTorch, FAR_M)).toBeNull();
  expect(itemOf(forTorch, NEAR_M)).toBe(Item.Torch);
});

test('wood alone never becomes a campfire by itself', () => {
  expect(itemOf([[Item.Wood, 9]], NEAR_M)).toBeNull();
});
