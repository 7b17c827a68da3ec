import { expect, test } from 'vitest';
import { EMPTY_HANDS, Item, Kind } from '../../src/rules.ts';
import { CAMP, Space } from '../../src/terrain/places.ts';
import { gatherable, isAtFire, nearestWithin, strikable } from './own-reach.ts';

const here = { floor: 1, x: 30, y: 20 };

test('of two things in reach the nearer counts, and none of another space or out of reach', () => {
  const far = { floor: 1, x: 31.5, y: 20 };
  const near = { floor: 1, x: 29, y: 20 };
  const elsewhere = { floor: 0, x: 30, y: 20 };
  expect(nearestWithin(here, [far, near, elsewhere], 2)).toBe(near);
  expect(nearestWithin(here, [far, elsewhere], 1)).toBe(null);
});

test('what has nothing left cannot be gathered from', () => {
  const empty = { floor: 1, x: 30.2, y: 20, left: 0 };
  const ripe = { floor: 1, x: 31.9, y: 20, left: 1 };
  expect(gatherable(here, [empty, ripe])).toBe(ripe);
  expect(gatherable(here, [empty])).toBe(null);
});

test('only a spear in the hand strikes, and only wolves', () => {
  const wolf = { floor: 1, x: 31, y: 21, kind: Kind.Wolf };
  const deer = { floor: 1, x: 30.1, y: 20, kind: Kind.Deer };
  expect(strikable({ ...here, carries: Item.Spear }, [deer, wolf])).toBe(wolf);
  expect(strikable({ ...here, carries: Item.Torch }, [wolf])).toBe(null);
  expect(strikable({ ...here, carries: EMPTY_HANDS }, [wolf])).toBe(null);
});

test("the camp's own fire counts on the land alone, a built one where it burns", () => {
  expect(isAtFire({ floor: Space.Land, x: CAMP.x + 3, y: CAMP.y }, [])).toBe(true);
  expect(isAtFire({ floor: Space.Cave, x: CAMP.x + 3, y: CAMP.y }, [])).toBe(false);
  expect(isAtFire(here, [{ floor: 1, x: 33, y: 18 }])).toBe(true);
  expect(isAtFire(here, [{ floor: 1, x: 37, y: 18 }])).toBe(false);
});
