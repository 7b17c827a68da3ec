import { schema, t, table } from '@tickbase/schema';

/** Enemies look for targets near them, after the benchmark game of the same name: finds by key, look-ups by btree, whole rows rewritten. */
const position = table(
  { name: 'position' },
  { entityId: t.u32().primaryKey(), x: t.f32(), y: t.f32(), z: t.f32(), vx: t.f32(), vy: t.f32(), vz: t.f32() },
);

const velocity = table({ name: 'velocity' }, { entityId: t.u32().primaryKey(), x: t.f32(), y: t.f32(), z: t.f32() });

const agent = table(
  { name: 'agent' },
  {
    entityId: t.u64().primaryKey(),
    lastMoves: t.array(t.u64()),
    nextAction: t.u64(),
    action: t.enum('Action', ['Inactive', 'Idle', 'Evading', 'Investigating', 'Retreating', 'Fighting']),
  },
);

const enemy = table({ name: 'enemy' }, { entityId: t.u64().primaryKey(), herdId: t.i32() });

const targetable = table({ name: 'targetable' }, { entityId: t.u64().primaryKey(), quad: t.i64() });

const liveTargetable = table(
  { name: 'live_targetable' },
  { entityId: t.u64().primaryKey(), quad: t.i64().index('btree') },
);

const mobile = table(
  { name: 'mobile' },
  {
    entityId: t.u64().primaryKey(),
    locationX: t.i32().index('btree'),
    locationY: t.i32(),
    timestamp: t.u64(),
  },
);

const herd = table(
  { name: 'herd' },
  {
    id: t.i32().primaryKey(),
    dimensionId: t.u32(),
    population: t.i32(),
    location: t.object('Location', { x: t.i32(), y: t.i32(), dimension: t.u32() }),
    populationMax: t.i32(),
    spawnEagerness: t.f32(),
    roamingDistance: t.i32(),
  },
);

const game = schema({ position, velocity, agent, enemy, targetable, liveTargetable, mobile, herd });
export default game;

export const initGameIaLoop = game.reducer({ players: t.u32() }, (ctx, { players }) => {
  for (let id = 0; id < players * 100; id++) {
    ctx.db.position.insert({ entityId: id, x: id, y: id + 5, z: id * 5, vx: id + 10, vy: id + 20, vz: id + 30 });
  }
  for (let id = 0; id < players * 50; id++) ctx.db.velocity.insert({ entityId: id, x: id, y: id + 5, z: id * 5 });
  for (let i = 0; i < players; i++) {
    const entityId = BigInt(i);
    const nextAction = i % 2 === 0 ? BigInt(ctx.tick) : BigInt(ctx.tick) + 1000n;
    ctx.db.agent.insert({ entityId, lastMoves: [entityId, 0n, entityId * 2n], nextAction, action: { tag: 'Idle' } });
    ctx.db.liveTargetable.insert({ entityId, quad: entityId });
    ctx.db.targetable.insert({ entityId, quad: entityId });
    ctx.db.mobile.insert({ entityId, locationX: i, locationY: i, timestamp: nextAction });
    ctx.db.enemy.insert({ entityId, herdId: i });
    ctx.db.herd.insert({
      id: i,
      dimensionId: i,
      population: i * 4,
      location: { x: i, y: i, dimension: i * 2 },
      populationMax: i * 4,
      spawnEagerness: i,
      roamingDistance: i,
    });
  }
});

export const updatePositionAll = game.reducer({}, (ctx) => {
  for (const row of ctx.db.position.iter()) {
    ctx.db.position.entityId.update({ ...row, x: row.x + row.vx, y: row.y + row.vy, z: row.z + row.vz });
  }
});

export const updatePositionWithVelocity = game.reducer({}, (ctx) => {
  for (const speed of ctx.db.velocity.iter()) {
    const row = ctx.db.position.entityId.find(speed.entityId);
    if (row === null) continue;
    ctx.db.position.entityId.update({ ...row, x: row.x + speed.x, y: row.y + speed.y, z: row.z + speed.z });
  }
});

/** For `players` agents: those near, then a move of the agent, its body, its enemy row and its herd. */
export const gameLoopEnemyIa = game.reducer({ players: t.u32() }, (ctx, { players }) => {
  let looked = 0;
  const now = BigInt(ctx.tick);
  for (const mind of ctx.db.agent.iter()) {
    if (looked++ >= players) break;
    const own = ctx.db.targetable.entityId.find(mind.entityId);
    if (own === null) continue;
    const near: bigint[] = [];
    for (let quad = own.quad; quad < own.quad + BigInt(4 * players); quad++) {
      for (const { entityId } of ctx.db.liveTargetable.quad.filter(quad)) {
        const target = ctx.db.targetable.entityId.find(entityId);
        if (target !== null) near.push(target.entityId);
      }
    }
    const body = ctx.db.mobile.entityId.find(mind.entityId);
    const self = ctx.db.enemy.entityId.find(mind.entityId);
    const pack = self === null ? null : ctx.db.herd.id.find(self.herdId);
    if (body === null || self === null || pack === null) continue;
    ctx.db.mobile.entityId.update({
      ...body,
      locationX: body.locationX + 1,
      locationY: body.locationY + 1,
      timestamp: now,
    });
    ctx.db.agent.entityId.update({
      ...mind,
      action: near.length > 1 ? { tag: 'Fighting' } : { tag: 'Retreating' },
      lastMoves: [...mind.lastMoves.slice(1), now],
      nextAction: now + 2000n,
    });
    ctx.db.enemy.entityId.update({ ...self, herdId: self.herdId });
    ctx.db.herd.id.update({ ...pack, population: pack.population + 1 });
  }
});
