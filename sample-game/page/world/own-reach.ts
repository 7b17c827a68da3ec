import { FIRE_REACH_M, GATHER_REACH_M, Item, Kind, STRIKE_REACH_M } from '../../src/rules.ts';
import { CAMP, Space } from '../../src/terrain/places.ts';

/** A thing at a place of the world. */
export interface Placed {
  readonly floor: number;
  readonly x: number;
  readonly y: number;
}

/** The nearest of some things within a reach of a place and in its space, or null. */
export function nearestWithin<T extends Placed>(from: Placed, things: Iterable<T>, reachM: number): T | null {
  let nearest: T | null = null;
  let nearestM = reachM;
  for (const thing of things) {
    if (thing.floor !== from.floor) continue;
    const awayM = Math.hypot(thing.x - from.x, thing.y - from.y);
    if (awayM <= nearestM) [nearest, nearestM] = [thing, awayM];
  }
  return nearest;
}

/** The nearest resource that a player there can gather from now. */
export function gatherable<T extends Placed & { readonly left: number }>(
  from: Placed,
  resources: Iterable<T>,
): T | null {
  return nearestWithin(
    from,
    filter(resources, ({ left }) => left > 0),
    GATHER_REACH_M,
  );
}

/** The wolf that a player with a spear in its hand would hit now. */
export function strikable<T extends Placed & { readonly kind: number }>(
  from: Placed & { readonly carries: number },
  bodies: Iterable<T>,
): T | null {
  if (from.carries !== Item.Spear) return null;
  return nearestWithin(
    from,
    filter(bodies, ({ kind }) => kind === Kind.Wolf),
    STRIKE_REACH_M,
  );
}

/** Whether a player there can craft what needs a fire. */
export function isAtFire(from: Placed, fires: Iterable<Placed>): boolean {
  const camp = { ...CAMP, floor: Space.Land };
  return nearestWithin(from, [camp, ...fires], FIRE_REACH_M) !== null;
}

function* filter<T>(things: Iterable<T>, isMeant: (thing: T) => boolean): Generator<T> {
  for (const thing of things) if (isMeant(thing)) yield thing;
}
