import { schema, SenderError, t, table } from '@tickbase/schema';

/** Movers on an open land: players steer their own, the rest turns and walks by itself. */
const mover = table(
  { name: 'mover', public: true, spatial: { x: 'x', y: 'y', cell: 32 }, persist: 'snapshot' },
  {
    id: t.u32().primaryKey().autoInc(),
    x: t.f32().quantize({ step: 0.01 }),
    y: t.f32().quantize({ step: 0.01 }),
    heading: t.f32().angle({ bits: 8 }),
  },
);

const player = table(
  { name: 'player', public: true },
  { identity: t.identity().primaryKey(), moverId: t.u32().unique() },
);

const world = schema({ mover, player }, { tickRate: 20 });
export default world;

/** Edge of the land in metres; movers turn round at it. */
const LAND_M = 640;
const SPEED_M_PER_S = 3;

export const interest = world.interest({
  radiusMax: 80,
  centre: (ctx) => {
    const me = ctx.db.player.identity.find(ctx.sender);
    return me && ctx.db.mover.id.find(me.moverId);
  },
});

export const join = world.reducer((ctx) => {
  if (ctx.db.player.identity.find(ctx.sender)) return;
  const mine = ctx.db.mover.insert({
    id: 0,
    x: ctx.random() * LAND_M,
    y: ctx.random() * LAND_M,
    heading: ctx.random() * 2 * Math.PI,
  });
  ctx.db.player.insert({ identity: ctx.sender, moverId: mine.id });
});

export const populate = world.reducer({ count: t.u32() }, (ctx, { count }) => {
  if (count > 100_000) throw new SenderError('at most 100 000 movers at once');
  for (let i = 0; i < count; i++) {
    ctx.db.mover.insert({
      id: 0,
      x: ctx.random() * LAND_M,
      y: ctx.random() * LAND_M,
      heading: ctx.random() * 2 * Math.PI,
    });
  }
});

/** The sender's heading for the next ticks, in radians; 24 bytes of input make a call of about this size. */
export const steer = world.reducer({ heading: t.f32(), inputTick: t.u64() }, (ctx, { heading }) => {
  const me = ctx.db.player.identity.find(ctx.sender);
  if (!me) throw new SenderError('join first');
  ctx.db.mover.id.edit(me.moverId).heading = heading;
});

export const wander = world.system({ everyTicks: 1 }, (ctx, dt) => {
  for (const mine of ctx.db.mover.edit()) {
    const x = mine.x + Math.cos(mine.heading) * SPEED_M_PER_S * dt;
    const y = mine.y + Math.sin(mine.heading) * SPEED_M_PER_S * dt;
    const isOutside = x < 0 || x >= LAND_M || y < 0 || y >= LAND_M;
    if (isOutside) mine.heading = (mine.heading + Math.PI * (0.75 + ctx.random() * 0.5)) % (2 * Math.PI);
    else {
      mine.x = x;
      mine.y = y;
    }
  }
});
