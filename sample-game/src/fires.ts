import { ScheduleAt, SenderError, Timestamp } from '@tickbase/schema';
import type { Place } from './random-places.ts';
import { FIRE_REACH_M, FIRE_S, HP_MAX, Item, Kind } from './rules.ts';
import { type BodyRow, type Ctx, ember, game } from './tables.ts';
import { isWalkable } from './terrain/is-walkable.ts';
import { CAMP, Space } from './terrain/places.ts';

const BEFORE_FEET_M = 1.3;
const FIRES_APART_M = 3;
const WARMTH_HP_PER_S = 2;
const CHARM_HP_PER_S = 1;

interface Spot extends Place {
  readonly floor: number;
}

/** Builds a fire before somebody's feet. Refuses water, rock, and a place beside another fire. */
export function lightFire(ctx: Ctx, builder: Spot & { readonly heading: number }): void {
  const { floor } = builder;
  const x = builder.x + Math.cos(builder.heading) * BEFORE_FEET_M;
  const y = builder.y + Math.sin(builder.heading) * BEFORE_FEET_M;
  if (!isWalkable(floor, x, y)) throw new SenderError('a fire needs free ground before you');
  if (fireWithin(ctx, { floor, x, y }, FIRES_APART_M)) throw new SenderError('a fire burns here already');
  const endUs = ctx.timestamp.microsSinceUnixEpoch + BigInt(FIRE_S) * 1_000_000n;
  const { id: fireId } = ctx.db.fire.insert({ floor, x, y, burnsUntil: new Timestamp(endUs) });
  ctx.db.ember.insert({ at: ScheduleAt.time(endUs), fireId });
}

/** Called by the rows of `ember`, each at its time. */
export const burnOut = game.reducer({ onSchedule: ember }, { due: ember.rowType }, (ctx, { due }) => {
  ctx.db.fire.id.delete(due.fireId);
});

/** The camp's fire or a built one that burns so near, or null. */
export function fireWithin(ctx: Ctx, { floor, x, y }: Spot, radius: number): Place | null {
  if (floor === Space.Land && Math.hypot(CAMP.x - x, CAMP.y - y) <= radius) return CAMP;
  for (const fire of ctx.db.fire.within({ x, y, space: floor, radius })) return fire;
  return null;
}

/** Who is near a fire heals, and who holds a charm, anywhere. Asked from the few fires and charms, not from every player. */
export const warm = game.system({ everyTicks: 20 }, (ctx, dt) => {
  warmRound(ctx, { ...CAMP, floor: Space.Land }, dt);
  for (const fire of ctx.db.fire.iter()) warmRound(ctx, fire, dt);
  for (const bearer of ctx.db.body.carries.filter(Item.Charm)) heal(ctx, bearer, CHARM_HP_PER_S * dt);
});

function warmRound(ctx: Ctx, { floor, x, y }: Spot, dt: number): void {
  for (const near of ctx.db.body.within({ x, y, space: floor, radius: FIRE_REACH_M })) {
    if (near.kind === Kind.Wanderer) heal(ctx, near, WARMTH_HP_PER_S * dt);
  }
}

function heal(ctx: Ctx, { id, hp }: BodyRow, gained: number): void {
  if (hp < HP_MAX) ctx.db.body.id.edit(id).hp = Math.min(HP_MAX, Math.round(hp + gained));
}
