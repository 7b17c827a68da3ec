import { expect, test } from 'vitest';
import { openGame, type OpenGame, type TestPlayer } from '../testing/open-game.ts';
import { DAY_S } from './daylight.ts';
import { removeBeast } from './herds.ts';
import { HP_MAX, Item, Kind } from './rules.ts';
import { isWalkable } from './terrain/is-walkable.ts';
import { CAMP, Space } from './terrain/places.ts';

const NOON_S = 150;
const NIGHT_S = 360;
/** On the path to the west, where the ground is free. */
const MEADOW = { floor: Space.Land, x: 101, y: 83 };

/** A player on the meadow, and of all beasts one wolf alone, some metres to the east. */
function meadow(hourS: number, wolfAwayM = 6): { game: OpenGame; ann: TestPlayer; wolfId: bigint } {
  const game = openGame();
  const ann = game.join('Ann');
  ann.set(MEADOW);
  const wolfId = game.run((ctx) => {
    const { id } = [...ctx.db.body.iter()].find(({ kind }) => kind === Kind.Wolf)!;
    for (const { bodyId } of ctx.db.beast.iter()) if (bodyId !== id) removeBeast(ctx, bodyId);
    return id;
  });
  putWolf(game, wolfId, wolfAwayM);
  game.setHour(hourS);
  return { game, ann, wolfId };
}

function putWolf(game: OpenGame, wolfId: bigint, awayM: number): void {
  game.run((ctx) => {
    Object.assign(ctx.db.body.id.edit(wolfId), { ...MEADOW, x: MEADOW.x + awayM });
    ctx.db.beast.bodyId.edit(wolfId).restS = 0;
  });
}

const huntsOf = (game: OpenGame): bigint => game.run((ctx) => ctx.db.hunt.count());

test('by night a wolf comes and bites, about once a second', () => {
  const { game, ann } = meadow(NIGHT_S);
  game.pass(1);
  expect(huntsOf(game)).toBe(1n);
  game.pass(6);
  expect(ann.body.hp).toBeLessThanOrEqual(HP_MAX - 4 * 9);
  expect(ann.body.hp).toBeGreaterThanOrEqual(HP_MAX - 7 * 9);
});

test('by day no wolf hunts, and dawn ends every hunt', () => {
  const { game, ann } = meadow(NOON_S);
  game.pass(8);
  expect([huntsOf(game), ann.body.hp]).toEqual([0n, HP_MAX]);
  game.setHour(NIGHT_S);
  putWolf(
    game,
    game.run((ctx) => [...ctx.db.beast.iter()][0]!.bodyId),
    9,
  );
  game.pass(0.6);
  expect(huntsOf(game)).toBe(1n);
  game.setHour(DAY_S + NOON_S);
  game.pass(0.2);
  expect(huntsOf(game)).toBe(0n);
});

test('a torch in the hand or a fire nearby keeps wolves away', () => {
  for (const guard of [{ carries: Item.Torch }, { x: CAMP.x + 3, y: CAMP.y }]) {
    const { game, ann, wolfId } = meadow(NIGHT_S);
    ann.set(guard);
    const { x, y } = ann.body;
    game.run((ctx) => void Object.assign(ctx.db.body.id.edit(wolfId), { x: x + 8, y }));
    game.pass(10);
    expect([huntsOf(game), ann.body.hp]).toEqual([0n, HP_MAX]);
  }
});

test('a walker is faster than a wolf, and in the cave he is safe', () => {
  const { game, ann } = meadow(NIGHT_S);
  game.pass(0.6);
  expect(huntsOf(game)).toBe(1n);
  ann.call('steer', { x: -1, y: 0 });
  game.pass(2);
  expect(ann.body.hp).toBe(HP_MAX);
  ann.set({ floor: Space.Cave, x: 31, y: 12 });
  game.pass(0.2);
  expect(huntsOf(game)).toBe(0n);
});

test('a wolf that does not reach its prey gives up after a while', () => {
  const { game, ann, wolfId } = meadow(NIGHT_S);
  const y = 96.3;
  let shoreX = 1;
  while (!isWalkable(Space.Land, shoreX, y)) shoreX += 0.25;
  ann.set({ x: shoreX - 8, y }); // on the water
  game.run((ctx) => void Object.assign(ctx.db.body.id.edit(wolfId), { x: shoreX + 1, y }));
  game.pass(1);
  expect(huntsOf(game)).toBe(1n);
  game.pass(14);
  expect(huntsOf(game)).toBe(0n);
  game.pass(4);
  expect([huntsOf(game), ann.body.hp]).toEqual([0n, HP_MAX]);
});

test('who has no hp left wakes at the camp with full hp, without half of the berries', () => {
  const { game, ann } = meadow(NIGHT_S, 1);
  ann.get(Item.Berries, 7);
  ann.get(Item.Wood, 2);
  ann.set({ hp: 4 });
  game.pass(3);
  const { x, y, hp } = ann.body;
  expect(Math.hypot(x - CAMP.x, y - CAMP.y)).toBeLessThan(5);
  expect(hp).toBe(HP_MAX);
  expect(ann.pack).toEqual({ [Item.Berries]: 3, [Item.Wood]: 2 });
});

test('a wolf struck by a spear runs; struck again it is gone until the herds are whole at dawn', () => {
  const { game, ann, wolfId } = meadow(NIGHT_S, 2);
  const countWolves = (): number =>
    game.run((ctx) => [...ctx.db.body.iter()].filter(({ kind }) => kind === Kind.Wolf).length);
  expect(ann.call('strike', {})).toBe('take a spear in your hand first');
  ann.set({ carries: Item.Spear });
  expect(ann.call('strike', {})).toBe('');
  game.pass(2);
  const struck = game.run((ctx) => ctx.db.body.id.find(wolfId)!);
  expect(Math.hypot(struck.x - ann.body.x, struck.y - ann.body.y)).toBeGreaterThan(4);
  expect(ann.call('strike', {})).toBe('no wolf is in reach');
  putWolf(game, wolfId, 2);
  expect(ann.call('strike', {})).toBe('');
  expect(countWolves()).toBe(0);
  game.pass(10);
  expect(countWolves()).toBe(0);
  game.setHour(DAY_S + 5);
  game.pass(6);
  expect(countWolves()).toBe(12);
});
