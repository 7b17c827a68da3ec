import { schema, SenderError, table, t } from '@tickbase/schema';

const player = table(
  { name: 'player', public: true },
  {
    identity: t.identity().primaryKey(),
    name: t.string(),
    bodyId: t.u64().unique(),
  },
);

const body = table(
  { name: 'body', public: true, spatial: { x: 'x', y: 'y', space: 'floor', cell: 32 }, persist: 'snapshot' },
  {
    id: t.u64().primaryKey().autoInc(),
    kind: t.u8().index('btree'),
    floor: t.u16(),
    x: t.f32().quantize({ step: 0.01 }),
    y: t.f32().quantize({ step: 0.01 }),
    heading: t.f32().angle({ bits: 8 }),
    hp: t.u16(),
  },
);

const nameplate = table(
  { name: 'nameplate', public: true, spatial: { follows: 'bodyId' } },
  {
    bodyId: t
      .u64()
      .primaryKey()
      .references(() => body),
    text: t.string(),
  },
);

const game = schema({ player, body, nameplate }, { tickRate: 20 });

/** The game module of the API promise. */
export const gameModule = {
  default: game,
  move: game.reducer({ dx: t.f32(), dy: t.f32() }, (ctx, { dx, dy }) => {
    const me = ctx.db.player.identity.find(ctx.sender);
    if (!me) throw new SenderError('join first');
    const mine = ctx.db.body.id.edit(me.bodyId);
    mine.x += dx;
    mine.y += dy;
  }),
};
