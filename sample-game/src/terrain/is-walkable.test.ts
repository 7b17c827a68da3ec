import { expect, test } from 'vitest';
import { isWalkable } from './is-walkable.ts';
import { CAMP, DOORS, PATHS, Space } from './places.ts';

test('every door leads to where one can stand, out of reach of the door back', () => {
  for (const door of DOORS) {
    expect(isWalkable(door.to, door.toX, door.toY)).toBe(true);
    const back = DOORS.find((other) => other.space === door.to)!;
    expect(Math.hypot(back.x - door.toX, back.y - door.toY)).toBeGreaterThan(back.reachM + 1);
  }
});

test('the trodden paths can be walked from end to end', () => {
  for (const path of PATHS) {
    for (let i = 1; i < path.length; i++) {
      for (let part = 0; part <= 1; part += 0.05) {
        const x = path[i - 1]!.x + (path[i]!.x - path[i - 1]!.x) * part;
        const y = path[i - 1]!.y + (path[i]!.y - path[i - 1]!.y) * part;
        expect(isWalkable(Space.Land, x, y), `${x}, ${y}`).toBe(true);
      }
    }
  }
});

test('water, rock, trunks, other spaces and places that are no numbers cannot be walked', () => {
  expect(isWalkable(Space.Land, 3, 5)).toBe(false);
  expect(isWalkable(Space.Cave, 3, 5)).toBe(false);
  expect(isWalkable(7, CAMP.x, CAMP.y)).toBe(false);
  expect(isWalkable(Space.Land, Number.NaN, CAMP.y)).toBe(false);
  expect(isWalkable(Space.Land, CAMP.x, Number.POSITIVE_INFINITY)).toBe(false);
});
