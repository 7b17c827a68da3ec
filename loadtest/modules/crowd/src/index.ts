import { schema, t, table } from '@tickbase/schema';
import { CELL_M, TICK_RATE, VIEW_RADIUS_M, walk } from './motion.ts';

/** The scene that other servers show, too: players on a land, each of whom sees those around it. */
const mover = table(
  { name: 'mover', public: true, spatial: { x: 'x', y: 'y', cell: CELL_M }, persist: 'snapshot' },
  {
    id: t.u32().primaryKey(),
    x: t.f32().quantize({ step: 0.01 }), // metres
    y: t.f32().quantize({ step: 0.01 }),
    heading: t.f32().angle({ bits: 8 }), // radians
  },
);

const player = table(
  { name: 'player', public: true },
  { identity: t.identity().primaryKey(), moverId: t.u32().unique() },
);

/** One row. */
const land = table({ name: 'land' }, { id: t.u8().primaryKey(), edgeM: t.f32() });

const crowd = schema({ mover, player, land }, { tickRate: TICK_RATE });
export default crowd;

const LAND = 0;

export const interest = crowd.interest({
  radiusMax: VIEW_RADIUS_M,
  centre: (ctx) => {
    const me = ctx.db.player.identity.find(ctx.sender);
    return me && ctx.db.mover.id.find(me.moverId);
  },
});

export const begin = crowd.init((ctx) => {
  ctx.db.land.insert({ id: LAND, edgeM: 640 });
});

export const setLand = crowd.reducer({ edgeM: t.f32() }, (ctx, { edgeM }) => {
  ctx.db.land.id.edit(LAND).edgeM = edgeM;
});

export const join = crowd.reducer(
  { id: t.u32(), x: t.f32(), y: t.f32(), heading: t.f32() },
  (ctx, { id, x, y, heading }) => {
    if (ctx.db.player.identity.find(ctx.sender)) return;
    ctx.db.mover.insert({ id, x, y, heading });
    ctx.db.player.insert({ identity: ctx.sender, moverId: id });
  },
);

/** The sender's heading for the next ticks, in radians. */
export const steer = crowd.reducer({ heading: t.f32(), turn: t.u32() }, (ctx, { heading }) => {
  const me = ctx.db.player.identity.find(ctx.sender);
  if (me) ctx.db.mover.id.edit(me.moverId).heading = heading;
});

export const move = crowd.system({ everyTicks: 1 }, (ctx) => {
  const { edgeM } = ctx.db.land.id.find(LAND)!;
  for (const mine of ctx.db.mover.edit()) walk(mine, edgeM);
});
