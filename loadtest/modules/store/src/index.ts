import { Range, schema, t, table } from '@tickbase/schema';
import { spread } from './spread.ts';

/** Not spatial: what a row costs by itself. */
const thing = table({ name: 'thing' }, { id: t.u32().primaryKey(), x: t.f32(), y: t.f32(), z: t.f32() });

/** What moves: streamed by area of interest, two columns of four written by each step. */
const mover = table(
  { name: 'mover', public: true, spatial: { x: 'x', y: 'y', cell: 32 } },
  {
    id: t.u32().primaryKey(),
    x: t.f32().quantize({ step: 0.01 }),
    y: t.f32().quantize({ step: 0.01 }),
    vx: t.f32(),
    vy: t.f32(),
  },
);

const scored = table({ name: 'scored' }, { id: t.u32().primaryKey(), score: t.u32().index('btree') });

/** What a reducer has found, for the benchmark to compare. */
const answer = table({ name: 'answer' }, { id: t.u32().primaryKey(), sum: t.f64() });

const store = schema({ thing, mover, scored, answer });
export default store;

export const insertThings = store.reducer({ count: t.u32() }, (ctx, { count }) => {
  for (let id = 0; id < count; id++) ctx.db.thing.insert({ id, x: id, y: id / 2, z: 1 });
});

export const deleteThings = store.reducer({ count: t.u32() }, (ctx, { count }) => {
  for (let id = 0; id < count; id++) ctx.db.thing.id.delete(id);
});

/** On a square of `edge` units, at the places and speeds that `placeOf` gives. */
export const insertMovers = store.reducer({ count: t.u32(), edge: t.f32() }, (ctx, { count, edge }) => {
  for (let id = 0; id < count; id++) {
    ctx.db.mover.insert({ id, x: spread(id, 1) * edge, y: spread(id, 2) * edge, vx: spread(id, 3), vy: spread(id, 4) });
  }
});

export const moveByEdit = store.reducer({ dt: t.f32() }, (ctx, { dt }) => {
  for (const body of ctx.db.mover.edit()) {
    body.x += body.vx * dt;
    body.y += body.vy * dt;
  }
});

export const moveByColumns = store.reducer({ dt: t.f32() }, (ctx, { dt }) => {
  ctx.db.mover.columns.edit(['x', 'y'], ({ x, y, vx, vy }, start, end) => {
    for (let row = start; row < end; row++) {
      x[row] = x[row]! + vx[row]! * dt;
      y[row] = y[row]! + vy[row]! * dt;
    }
  });
});

export const insertScored = store.reducer({ count: t.u32() }, (ctx, { count }) => {
  for (let id = 0; id < count; id++) ctx.db.scored.insert({ id, score: Math.floor(spread(id, 5) * count) });
});

export const findPoints = store.reducer({ count: t.u32(), rows: t.u32() }, (ctx, { count, rows }) => {
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const row = ctx.db.scored.id.find(Math.floor(spread(i, 6) * rows));
    if (row !== null) sum += row.score;
  }
  ctx.db.answer.id.upsert({ id: 1, sum });
});

export const filterRanges = store.reducer(
  { count: t.u32(), rows: t.u32(), width: t.u32() },
  (ctx, { count, rows, width }) => {
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const from = Math.floor(spread(i, 7) * (rows - width));
      const range = new Range<number>({ tag: 'included', value: from }, { tag: 'excluded', value: from + width });
      for (const row of ctx.db.scored.score.filter(range)) sum += row.id;
    }
    ctx.db.answer.id.upsert({ id: 1, sum });
  },
);

export const findAround = store.reducer(
  { count: t.u32(), edge: t.f32(), radius: t.f32() },
  (ctx, { count, edge, radius }) => {
    let sum = 0;
    for (let i = 0; i < count; i++) {
      for (const row of ctx.db.mover.within({ x: spread(i, 8) * edge, y: spread(i, 9) * edge, radius })) sum += row.id;
    }
    ctx.db.answer.id.upsert({ id: 1, sum });
  },
);
