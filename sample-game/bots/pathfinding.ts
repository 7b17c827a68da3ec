import { DOORS, EXTENT_M, PATHS, Space } from '../src/terrain/places.ts';
import { isWalkable } from '../src/terrain/is-walkable.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

const LOOK_AHEAD_M = 1.3;
/** Turns that a walker tries when the straight way is blocked, in radians, and the side it starts with. */
const TURNS = [0, 0.5, -0.5, 1, -1, 1.6, -1.6, 2.3, -2.3] as const;

/** A direction of length 1 that leads towards a goal, round what stands in the way; null: no way at all. */
export function directionTo(space: number, from: Point, goal: Point, side: 1 | -1): Point | null {
  const straight = Math.atan2(goal.y - from.y, goal.x - from.x);
  const aheadM = Math.min(LOOK_AHEAD_M, Math.hypot(goal.x - from.x, goal.y - from.y));
  for (const turn of TURNS) {
    const x = Math.cos(straight + turn * side);
    const y = Math.sin(straight + turn * side);
    const isFree =
      isWalkable(space, from.x + x * aheadM, from.y + y * aheadM) &&
      isWalkable(space, from.x + (x * aheadM) / 2, from.y + (y * aheadM) / 2);
    if (isFree) return { x, y };
  }
  return null;
}

/** The way from where one is to the door out of this space. */
export function wayToDoor(space: number): readonly Point[] {
  if (space === Space.Land) return [...PATHS[0], DOORS[0]];
  const door = DOORS[1];
  return [{ x: door.x, y: door.y + 14 }, { x: door.x, y: door.y + 5 }, door];
}

/** The rest of a way, from its point nearest to where one is. */
export function restOfWay(way: readonly Point[], from: Point): Point[] {
  const distances = way.map(({ x, y }) => Math.hypot(x - from.x, y - from.y));
  return way.slice(distances.indexOf(Math.min(...distances)));
}

/** A walkable point not far from another, but not within `fromM` of it; that one itself if chance found none. */
export function somewhere(space: number, round: Point, radiusM: number, fromM = 0): Point {
  const extent = EXTENT_M[space]!;
  for (let i = 0; i < 30; i++) {
    const x = Math.min(extent.width - 2, Math.max(2, round.x + (Math.random() * 2 - 1) * radiusM));
    const y = Math.min(extent.height - 2, Math.max(2, round.y + (Math.random() * 2 - 1) * radiusM));
    if (isWalkable(space, x, y) && Math.hypot(x - round.x, y - round.y) >= fromM) return { x, y };
  }
  return round;
}
