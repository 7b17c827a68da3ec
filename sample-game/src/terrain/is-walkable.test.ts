import { expect, test } from 'vitest';
import { caveOpenness } from './cave-openness.ts';
import { isWalkable } from './is-walkable.ts';
import { landShape } from './land-shape.ts';
import { CAMP, DOORS, EXTENT_M, PATHS, Space } from './places.ts';
import { SCENERY_GRID_M, sceneryIn } from './scenery.ts';

/** The same without chunks, squares and memory. */
function isFree(space: number, x: number, y: number): boolean {
  if (space === Space.Land ? landShape(x, y).height < 0.02 : caveOpenness(x, y) < 0.06) return false;
  for (let column = Math.floor(x / SCENERY_GRID_M) - 1; column <= x / SCENERY_GRID_M + 1; column++) {
    for (let row = Math.floor(y / SCENERY_GRID_M) - 1; row <= y / SCENERY_GRID_M + 1; row++) {
      const thing = sceneryIn(space, column, row);
      if (thing !== null && Math.hypot(x - thing.x, y - thing.y) < thing.trunkM) return false;
    }
  }
  return true;
}

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

test('chunk by chunk it is what the ground and every trunk say at the middle of a square', () => {
  for (const [space, { width, height }] of EXTENT_M.entries()) {
    for (let x = 1.125; x < width - 1; x += 0.75) {
      for (let y = 1.125; y < height - 1; y += 1.25) {
        expect(isWalkable(space, x, y), `space ${space}, ${x}, ${y}`).toBe(isFree(space, x, y));
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
