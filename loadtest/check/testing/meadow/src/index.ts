import { ScheduleAt, schema, t, table } from '@tickbase/schema';

/** A world for the checks of a load test: a column of nearly every type, places, followers, rows of one owner, and a table without a key. */
const herder = table({ name: 'herder', public: true }, { identity: t.identity().primaryKey(), sheepId: t.u64() });

const sheep = table(
  { name: 'sheep', public: true, spatial: { x: 'x', y: 'y', space: 'valley', cell: 24 } },
  {
    id: t.u64().primaryKey(),
    valley: t.u16(),
    x: t.f32().quantize({ step: 0.25 }),
    y: t.f32().quantize({ step: 0.25 }),
    heading: t.f32().angle({ bits: 6 }),
    mood: t.enum('Mood', ['calm', 'shy', 'cross']),
    isShorn: t.bool(),
    born: t.timestamp(),
  },
);

const bell = table(
  { name: 'bell', public: true, spatial: { follows: 'sheepId' } },
  {
    sheepId: t
      .u64()
      .primaryKey()
      .references(() => sheep),
    tone: t.string(),
  },
);

const purse = table(
  { name: 'purse', public: true, visibleTo: 'owner' },
  { id: t.u32().primaryKey(), owner: t.identity(), coins: t.i64() },
);

/** A set of rows, without a key. */
const tally = table(
  { name: 'tally', public: true },
  { day: t.i16(), mark: t.option(t.string()), wide: t.u256(), narrow: t.i128(), seen: t.array(t.u8()) },
);

const cry = table({ name: 'cry', public: true, event: true }, { text: t.string() });

const ledger = table({ name: 'ledger' }, { id: t.u32().primaryKey(), at: t.scheduleAt() });

const meadow = schema({ herder, sheep, bell, purse, tally, cry, ledger }, { tickRate: 20 });
export default meadow;

export const interest = meadow.interest({
  radiusMax: 30,
  centre: (ctx) => {
    const me = ctx.db.herder.identity.find(ctx.sender);
    return me && ctx.db.sheep.id.find(me.sheepId);
  },
});

/** Sheep in a row that goes east, 17 m from one to the next, and one in another valley; the first is the caller's. */
export const settle = meadow.reducer((ctx) => {
  for (let i = 0; i < 7; i++) {
    const id = 31n + BigInt(i);
    const mood = { tag: (['calm', 'shy', 'cross'] as const)[i % 3]! };
    ctx.db.sheep.insert({
      id,
      valley: 5,
      x: 3.1 + 17 * i,
      y: -6.4,
      heading: i,
      mood,
      isShorn: i % 2 === 1,
      born: ctx.timestamp,
    });
    ctx.db.bell.insert({ sheepId: id, tone: `tone ${i}` });
  }
  ctx.db.sheep.insert({
    id: 90n,
    valley: 6,
    x: 3.1,
    y: -6.4,
    heading: 0,
    mood: { tag: 'shy' },
    isShorn: false,
    born: ctx.timestamp,
  });
  ctx.db.sheep.id.delete(34n); // its bell has nowhere to be
  ctx.db.herder.insert({ identity: ctx.sender, sheepId: 31n });
  const other = ctx.databaseIdentity;
  ctx.db.purse.insert({ id: 7, owner: ctx.sender, coins: -12n });
  ctx.db.purse.insert({ id: 8, owner: other, coins: 40n });
  for (const mark of ['north', undefined]) {
    ctx.db.tally.insert({ day: -3, mark, wide: 2n ** 200n + 5n, narrow: -(2n ** 100n), seen: [3, 1, 2] });
  }
  ctx.db.cry.insert({ text: 'home' });
  ctx.db.ledger.insert({ id: 1, at: ScheduleAt.interval(1_000_000n) });
});

/** A sheep goes to another place of the same latitude. */
export const drive = meadow.reducer({ id: t.u64(), x: t.f32() }, (ctx, { id, x }) => {
  ctx.db.sheep.id.edit(id).x = x;
});
