import { schema, t, table } from '@tickbase/schema';

/** A row of a common size for a game: 30 bytes of numbers and a name. */
const beast = table(
  { name: 'beast', public: true },
  {
    id: t.u32().primaryKey(),
    kind: t.u8(),
    floor: t.u16(),
    x: t.f32(),
    y: t.f32(),
    heading: t.f32(),
    hp: t.u16(),
    born: t.u64(),
    name: t.string(),
  },
);

const herd = schema({ beast });
export default herd;

export const fill = herd.reducer({ from: t.u32(), to: t.u32() }, (ctx, { from, to }) => {
  for (let id = from; id < to; id++) {
    const name = `beast ${id}`;
    ctx.db.beast.insert({ id, kind: id % 7, floor: 0, x: id, y: -id, heading: 0, hp: 100, born: BigInt(id), name });
  }
});

/** Moves so many rows, spread over all of `among` by a step that meets each before one twice. */
export const drift = herd.reducer(
  { count: t.u32(), first: t.u32(), among: t.u32() },
  (ctx, { count, first, among }) => {
    const { id } = ctx.db.beast;
    for (let i = 0; i < count; i++) {
      const beast = id.edit((first + i * STRIDE) % among);
      beast.x += 0.5;
      beast.y -= 0.25;
      beast.heading += 0.125;
    }
  },
);

/** Moves all of them, as whole columns. */
export const sweep = herd.reducer({}, (ctx) => {
  ctx.db.beast.columns.edit(['x', 'y', 'heading'], ({ x, y, heading }, start, end) => {
    for (let slot = start; slot < end; slot++) {
      x[slot]! += 0.5;
      y[slot]! -= 0.25;
      heading[slot]! += 0.125;
    }
  });
});

/** A prime. */
const STRIDE = 7919;
