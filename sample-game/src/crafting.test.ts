import { expect, test } from 'vitest';
import { openGame } from '../testing/open-game.ts';
import { EMPTY_HANDS, HP_MAX, Item, RECIPES } from './rules.ts';
import { CAMP, Space } from './terrain/places.ts';

const recipeOf = (item: number): number => RECIPES.findIndex((recipe) => recipe.item === item);
const FAR = { x: CAMP.x + 13, y: CAMP.y + 11 };

test('gathering moves one piece from a resource within reach into the own pack, until none is left', () => {
  const game = openGame();
  const ann = game.join('Ann');
  const bob = game.join('Bob');
  const bush = game.run((ctx) => [...ctx.db.resource.iter()].find(({ kind }) => kind === Item.Berries)!);
  expect(ann.call('gather', { resourceId: bush.id })).toBe('too far away');
  ann.set({ x: bush.x + 1, y: bush.y });
  for (let i = 0; i < 3; i++) expect(ann.call('gather', { resourceId: bush.id })).toBe('');
  expect(ann.call('gather', { resourceId: bush.id })).toBe('nothing left, it needs time to grow');
  expect(ann.pack).toEqual({ [Item.Berries]: 3 });
  expect(bob.pack).toEqual({});
  game.pass(90);
  expect(ann.call('gather', { resourceId: bush.id })).toBe('');
});

test('crafting takes what the recipe needs and gives what it makes', () => {
  const game = openGame();
  const ann = game.join('Ann');
  ann.get(Item.Wood, 5);
  ann.get(Item.Crystals, 1);
  expect(ann.call('craft', { recipe: recipeOf(Item.Spear) })).toBe('');
  expect(ann.pack).toEqual({ [Item.Wood]: 3, [Item.Spear]: 1 });
});

test('a refused craft leaves the pack as it was, whatever was taken before the refusal', () => {
  const game = openGame();
  const ann = game.join('Ann');
  ann.get(Item.Wood, 2);
  expect(ann.call('craft', { recipe: recipeOf(Item.Spear) })).toBe('not enough crystals');
  expect(ann.call('craft', { recipe: RECIPES.length })).toBe(`there is no recipe ${RECIPES.length}`);
  expect(ann.pack).toEqual({ [Item.Wood]: 2 });
});

test('some things are made at a fire alone', () => {
  const game = openGame();
  const ann = game.join('Ann');
  ann.get(Item.Mushrooms, 2);
  ann.get(Item.Berries, 2);
  ann.set(FAR);
  expect(ann.call('craft', { recipe: recipeOf(Item.Stew) })).toBe('this is made at a fire');
  ann.set({ x: CAMP.x + 2, y: CAMP.y });
  expect(ann.call('craft', { recipe: recipeOf(Item.Stew) })).toBe('');
  expect(ann.pack).toEqual({ [Item.Stew]: 1 });
});

test('only what one has and what fits a hand can be held, and all see it', () => {
  const game = openGame();
  const ann = game.join('Ann');
  ann.get(Item.Berries, 3);
  expect(ann.call('hold', { item: Item.Torch })).toBe('you have none');
  expect(ann.call('hold', { item: Item.Berries + 200 })).toBe('this cannot be held');
  ann.get(Item.Torch, 1);
  expect(ann.call('hold', { item: Item.Torch })).toBe('');
  expect(ann.body.carries).toBe(Item.Torch);
  expect(ann.call('hold', { item: EMPTY_HANDS })).toBe('');
  expect(ann.body.carries).toBe(EMPTY_HANDS);
});

test('food heals up to full hp, and is refused to those who lack nothing', () => {
  const game = openGame();
  const ann = game.join('Ann');
  ann.get(Item.Berries, 2);
  ann.get(Item.Stew, 1);
  expect(ann.call('eat', { item: Item.Berries })).toBe('you are not hungry');
  ann.set({ ...FAR, hp: 61 });
  expect(ann.call('eat', { item: Item.Berries })).toBe('');
  expect(ann.body.hp).toBe(67);
  expect(ann.call('eat', { item: Item.Stew })).toBe('');
  expect(ann.body.hp).toBe(HP_MAX);
  ann.set({ hp: 40 });
  expect(ann.call('eat', { item: Item.Stew })).toBe('not enough stew');
  expect(ann.call('eat', { item: Item.Crystals })).toBe('this cannot be eaten');
  expect(ann.pack).toEqual({ [Item.Berries]: 1 });
});

test('what one carries stays when one leaves the cave or the fire, and is refused to those who have not joined', () => {
  const game = openGame();
  const ann = game.join('Ann');
  ann.set({ floor: Space.Cave, x: 31, y: 12 });
  ann.get(Item.Crystals, 2);
  ann.get(Item.Berries, 1);
  expect(ann.call('craft', { recipe: recipeOf(Item.Charm) })).toBe('');
  expect(ann.pack).toEqual({ [Item.Charm]: 1 });
});
