import { schema, SenderError, table, t } from '@tickbase/schema';

/** One row for each call that was applied: a call that runs twice finds its own row. */
const receipt = table(
  { name: 'receipt', public: true },
  { key: t.u32().primaryKey(), client: t.u32().index('hash'), sum: t.u64() },
);

/** What everybody sees move. */
const body = table(
  { name: 'body', public: true, spatial: { x: 'x', y: 'y', cell: 32 }, persist: 'snapshot' },
  {
    id: t.u32().primaryKey(),
    kind: t.u8(),
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
      .u32()
      .primaryKey()
      .references(() => body),
    text: t.string(),
  },
);

const links = schema({ receipt, body, nameplate }, { tickRate: 20 });
export default links;

export const interest = links.interest({ radiusMax: 96, centre: () => ({ x: 0, y: 0 }) });

/** Bodies with names, all within the area. */
export const people = links.reducer({ count: t.u32() }, (ctx, { count }) => {
  for (let id = 0; id < count; id++) {
    const [x, y, heading] = [ctx.random() * 120 - 60, ctx.random() * 120 - 60, ctx.random() * 6];
    ctx.db.body.insert({ id, kind: id % 7, x, y, heading, hp: 100 });
    ctx.db.nameplate.insert({ bodyId: id, text: `the wanderer of number ${id}` });
  }
});

/** One body in `every` walks a step. */
export const walk = links.reducer({ every: t.u32() }, (ctx, { every }) => {
  for (const { id } of ctx.db.body.iter()) {
    if (id % every !== 0) continue;
    const mine = ctx.db.body.id.edit(id);
    mine.x += ctx.random() - 0.5;
    mine.y += ctx.random() - 0.5;
    mine.heading += ctx.random() - 0.5;
  }
});

export const apply = links.reducer({ client: t.u32(), key: t.u32() }, (ctx, { client, key }) => {
  if (ctx.db.receipt.key.find(key) !== null) throw new SenderError(`call ${key} runs again`);
  ctx.db.receipt.insert({ key, client, sum: BigInt(key) * 3n });
});
