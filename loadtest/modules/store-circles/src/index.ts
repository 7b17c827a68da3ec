import { schema, t, table } from '@tickbase/schema';

/** Circles eat food: loops over whole tables with a look-up by key for each pair, after the benchmark game of the same name. */
const vector = t.object('Vector2', { x: t.f32(), y: t.f32() });

const entity = table({ name: 'entity' }, { id: t.u32().primaryKey().autoInc(), position: vector, mass: t.u32() });

const circle = table(
  { name: 'circle' },
  {
    entityId: t.u32().primaryKey(),
    playerId: t.u32().index('btree'),
    direction: vector,
    magnitude: t.f32(),
    lastSplitTime: t.timestamp(),
  },
);

const food = table({ name: 'food' }, { entityId: t.u32().primaryKey() });

const answer = table({ name: 'answer' }, { id: t.u32().primaryKey(), sum: t.f64() });

const circles = schema({ entity, circle, food, answer });
export default circles;

export const initGameCircles = circles.reducer({ count: t.u32() }, (ctx, { count }) => {
  for (let id = 1; id <= count; id++) {
    ctx.db.food.insert({ entityId: id });
    ctx.db.entity.insert({ id: 0, position: { x: id, y: id + 5 }, mass: id * 5 });
    ctx.db.circle.insert({
      entityId: id,
      playerId: id,
      direction: { x: id, y: id + 5 },
      magnitude: id * 5,
      lastSplitTime: ctx.timestamp,
    });
  }
});

/** Every circle and every food, with the entity of each pair. */
export const crossJoinCircleFood = circles.reducer({}, (ctx) => {
  let sum = 0;
  for (const { entityId } of ctx.db.circle.iter()) {
    const eater = ctx.db.entity.id.find(entityId);
    if (eater === null) continue;
    for (const meal of ctx.db.food.iter()) {
      const eaten = ctx.db.entity.id.find(meal.entityId);
      if (eaten !== null && isOverlapping(eater, eaten)) sum++;
    }
  }
  ctx.db.answer.id.upsert({ id: 1, sum });
});

/** Every circle, every entity, every food. */
export const crossJoinAll = circles.reducer({}, (ctx) => {
  let sum = 0;
  for (const _circle of ctx.db.circle.iter()) {
    for (const _entity of ctx.db.entity.iter()) for (const _food of ctx.db.food.iter()) sum++;
  }
  ctx.db.answer.id.upsert({ id: 1, sum });
});

interface Disc {
  readonly position: { readonly x: number; readonly y: number };
  readonly mass: number;
}

function isOverlapping(a: Disc, b: Disc): boolean {
  const dx = a.position.x - b.position.x;
  const dy = a.position.y - b.position.y;
  const radius = Math.max(Math.sqrt(a.mass), Math.sqrt(b.mass));
  return dx * dx + dy * dy <= radius * radius;
}
