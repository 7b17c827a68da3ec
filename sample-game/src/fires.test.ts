import { expect, test } from 'vitest';
import { openGame, type OpenGame } from '../testing/open-game.ts';
import { FIRE_S, Item, RECIPES } from './rules.ts';
import { CAMP, Space } from './terrain/places.ts';

const CAMPFIRE = RECIPES.findIndex(({ item }) => item === Item.Campfire);
/** On the path to the west, where the ground is free. */
const MEADOW = { floor: Space.Land, x: 101, y: 83, heading: 0 };

const firesOf = (game: OpenGame): { x: number; y: number }[] =>
  game.run((ctx) => [...ctx.db.fire.iter()].map(({ x, y }) => ({ x, y })));

test('a campfire costs wood and burns before its builder, not in the pack', () => {
  const game = openGame();
  const ann = game.join('Ann');
  ann.get(Item.Wood, 7);
  ann.set(MEADOW);
  expect(ann.call('craft', { recipe: CAMPFIRE })).toBe('');
  const [fire] = firesOf(game);
  expect(fire!.x - MEADOW.x).toBeCloseTo(1.3, 1);
  expect(fire!.y).toBeCloseTo(MEADOW.y, 1);
  expect(ann.pack).toEqual({ [Item.Wood]: 4 });
});

test('beside another fire, or on ground where nobody can stand, none is built and the wood stays', () => {
  const game = openGame();
  const ann = game.join('Ann');
  ann.get(Item.Wood, 9);
  ann.set({ x: CAMP.x + 2, y: CAMP.y, heading: 0 });
  expect(ann.call('craft', { recipe: CAMPFIRE })).toBe('');
  expect(ann.call('craft', { recipe: CAMPFIRE })).toBe('a fire burns here already');
  ann.set({ x: 1.5, y: 1.5, heading: Math.PI });
  expect(ann.call('craft', { recipe: CAMPFIRE })).toBe('a fire needs free ground before you');
  expect(ann.pack).toEqual({ [Item.Wood]: 6 });
});

test('a fire goes out at its time, not before', () => {
  const game = openGame();
  const ann = game.join('Ann');
  ann.get(Item.Wood, 3);
  ann.set(MEADOW);
  ann.call('craft', { recipe: CAMPFIRE });
  game.pass(FIRE_S - 1);
  expect(firesOf(game)).toHaveLength(1);
  game.pass(2);
  expect(firesOf(game)).toHaveLength(0);
});

test('whoever is near a fire heals, and whoever holds a charm, anywhere; nobody above full hp', () => {
  const game = openGame();
  const [ann, bob, eve, flo] = ['Ann', 'Bob', 'Eve', 'Flo'].map((name) => game.join(name)) as [
    ReturnType<OpenGame['join']>,
    ReturnType<OpenGame['join']>,
    ReturnType<OpenGame['join']>,
    ReturnType<OpenGame['join']>,
  ];
  ann.set({ x: CAMP.x + 2, y: CAMP.y, hp: 50 });
  bob.set({ ...MEADOW, hp: 50 });
  eve.set({ ...MEADOW, hp: 50, carries: Item.Charm });
  flo.set({ x: CAMP.x + 2, y: CAMP.y, hp: 99 });
  game.pass(10);
  expect([ann, bob, eve, flo].map(({ body }) => body.hp)).toEqual([70, 50, 60, 100]);
});
