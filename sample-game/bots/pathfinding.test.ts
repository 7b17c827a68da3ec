import { expect, test } from 'vitest';
import { isWalkable } from '../src/terrain/is-walkable.ts';
import { CAMP, DOORS, Space } from '../src/terrain/places.ts';
import { directionTo, type Point, restOfWay, somewhere, wayToDoor } from './pathfinding.ts';

const STEP_M = 0.3;

/** Steps until a door is in reach, or -1. */
function stepsToDoor(space: number, start: Point): number {
  let { x, y } = start;
  const way = [...wayToDoor(space)];
  for (let step = 0; step < 400; step++) {
    if (DOORS.some((door) => door.space === space && Math.hypot(door.x - x, door.y - y) < door.reachM)) return step;
    const next = way[0]!;
    if (way.length > 1 && Math.hypot(next.x - x, next.y - y) < 2.5) way.shift();
    const direction = directionTo(space, { x, y }, next, 1);
    if (direction === null) return -1;
    if (isWalkable(space, x + direction.x * STEP_M, y)) x += direction.x * STEP_M;
    if (isWalkable(space, x, y + direction.y * STEP_M)) y += direction.y * STEP_M;
  }
  return -1;
}

test('a bot finds from the camp into the cave, and out of the cave from its far end', () => {
  expect(stepsToDoor(Space.Land, { x: CAMP.x - 5, y: CAMP.y + 3 })).toBeGreaterThan(50);
  expect(stepsToDoor(Space.Cave, { x: 20, y: 31 })).toBeGreaterThan(50);
  expect(stepsToDoor(Space.Cave, { x: 45, y: 30 })).toBeGreaterThan(50);
});

test('a bot that is shut in stands still', () => {
  expect(directionTo(Space.Land, { x: 4, y: 6 }, CAMP, 1)).toBeNull();
});

test('who stands beside a way goes on from its nearest point', () => {
  const way = [
    { x: 3, y: 5 },
    { x: 7, y: 9 },
    { x: 20, y: 11 },
  ];
  expect(restOfWay(way, { x: 8, y: 7 })).toEqual(way.slice(1));
  expect(restOfWay(way, { x: 90, y: 11 })).toEqual(way.slice(2));
});

test('somewhere is walkable and not far; where nothing is walkable it is the point itself', () => {
  for (let i = 0; i < 50; i++) {
    const { x, y } = somewhere(Space.Land, CAMP, 9);
    expect(isWalkable(Space.Land, x, y)).toBe(true);
    expect(Math.max(Math.abs(x - CAMP.x), Math.abs(y - CAMP.y))).toBeLessThanOrEqual(9);
  }
  const rock = { x: 3, y: 5 };
  expect(somewhere(Space.Cave, rock, 1)).toBe(rock);
  for (let i = 0; i < 200; i++) {
    const { x, y } = somewhere(Space.Land, CAMP, 3, 1.6);
    expect(Math.hypot(x - CAMP.x, y - CAMP.y)).toBeGreaterThanOrEqual(1.6);
  }
});
