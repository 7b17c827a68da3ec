import type { Ctx } from './tables.ts';
import { isWalkable } from './terrain/is-walkable.ts';
import { CAMP, EXTENT_M, Space } from './terrain/places.ts';

/** Metres from the south-west corner of a space. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** A walkable place so far from the camp's fire. */
export function nearCamp(ctx: Ctx, fromM: number, toM: number): Place {
  return walkablePlace(Space.Land, () => {
    const angle = between(ctx, 0, 2 * Math.PI);
    const awayM = between(ctx, fromM, toM);
    return { x: CAMP.x + Math.cos(angle) * awayM, y: CAMP.y + Math.sin(angle) * awayM };
  });
}

/** A walkable place of a space. */
export function anywhere(ctx: Ctx, floor: number): Place {
  const { width, height } = EXTENT_M[floor]!;
  return walkablePlace(floor, () => ({ x: between(ctx, 0, width), y: between(ctx, 0, height) }));
}

export function between(ctx: Ctx, from: number, to: number): number {
  return from + ctx.random() * (to - from);
}

/** The first of some tries on which one can stand; the last one, if none was good. */
function walkablePlace(floor: number, attempt: () => Place): Place {
  let place = attempt();
  for (let i = 0; i < 200 && !isWalkable(floor, place.x, place.y); i++) place = attempt();
  return place;
}
