import { DAY_S } from './daylight.ts';
import { between, type Place } from './random-places.ts';
import { EMPTY_HANDS, Kind } from './rules.ts';
import { secondsSinceDawn } from './sky.ts';
import { type Ctx, game } from './tables.ts';
import { isWalkable } from './terrain/is-walkable.ts';

/** By kind. A wolf runs a little slower than a wanderer walks. */
const WALK_M_PER_S = [0, 1.7, 2.6, 0.9, 1.5] as const;
const RUN_M_PER_S = [0, 3.9, 4.8, 1.8, 4.2] as const;
const WALK_TURN_PER_S = 3; // radians
const RUN_TURN_PER_S = 9;
const STRAY_M = 8;
const MORNING_S = 60;
/** Deer shy away from walkers that near, for so long. */
const SHY_M = 4;
const SHY_S = 1.6;
/** Every beast's hp when it comes into the world. */
const BEAST_HP = 40;

/** Makes a herd with all its beasts. */
export function addHerd(ctx: Ctx, kind: number, floor: number, { x, y }: Place, size: number): void {
  fillHerd(ctx, ctx.db.herd.insert({ kind, floor, x, y, size }));
}

/** Brings back the beasts that a herd has lost. */
export function fillHerd(ctx: Ctx, herd: Place & { id: number; kind: number; floor: number; size: number }): void {
  const { id: herdId, kind, floor, x, y } = herd;
  let count = 0;
  for (const _beast of ctx.db.beast.herdId.filter(herdId)) count++;
  for (; count < herd.size; count++) {
    const { id: bodyId } = ctx.db.body.insert({
      kind,
      look: ctx.random.integerInRange(0, 255),
      carries: EMPTY_HANDS,
      floor,
      x,
      y,
      heading: between(ctx, 0, 2 * Math.PI),
      hp: BEAST_HP,
    });
    const goal = { goalX: x + between(ctx, -STRAY_M, STRAY_M), goalY: y + between(ctx, -STRAY_M, STRAY_M) };
    ctx.db.beast.insert({ bodyId, herdId, ...goal, restS: between(ctx, 0, 3), hasteS: 0 });
  }
}

/** Takes a beast out of the world; its herd has a new one at dawn. */
export function removeBeast(ctx: Ctx, bodyId: bigint): void {
  ctx.db.hunt.wolfId.delete(bodyId);
  ctx.db.beast.bodyId.delete(bodyId);
  ctx.db.body.id.delete(bodyId);
}

/** Sends a beast running to a place, until it is there or out of breath. */
export function run(ctx: Ctx, bodyId: bigint, goal: Place, hasteS: number): void {
  const mind = ctx.db.beast.bodyId.edit(bodyId);
  mind.goalX = goal.x;
  mind.goalY = goal.y;
  mind.restS = 0;
  mind.hasteS = hasteS;
}

/** Sends a beast running away from a place. */
export function runFrom(ctx: Ctx, beast: Place & { id: bigint }, { x, y }: Place, hasteS: number): void {
  const awayM = Math.max(0.1, Math.hypot(beast.x - x, beast.y - y));
  const stretch = 12 / awayM;
  run(ctx, beast.id, { x: beast.x + (beast.x - x) * stretch, y: beast.y + (beast.y - y) * stretch }, hasteS);
}

/** Herds drift from pasture to pasture; each beast strays round its herd, rests a while, and goes on. */
export const roam = game.system({ everyTicks: 2 }, (ctx, dt) => {
  for (const { id, floor, x, y } of ctx.db.herd.iter()) {
    if (ctx.random() > dt / 20) continue;
    const pasture = { x: x + between(ctx, -22, 22), y: y + between(ctx, -22, 22) };
    if (isWalkable(floor, pasture.x, pasture.y)) Object.assign(ctx.db.herd.id.edit(id), pasture);
  }
  for (const { bodyId } of ctx.db.beast.iter()) stray(ctx, bodyId, dt);
});

/** In the morning every herd is whole again. */
export const dawn = game.system({ everyTicks: 100 }, (ctx) => {
  if (secondsSinceDawn(ctx) % DAY_S > MORNING_S) return;
  for (const herd of ctx.db.herd.iter()) fillHerd(ctx, herd);
});

/** Deer shy away from those who walk up to them. Few deer look round, not many players. */
export const startle = game.system({ everyTicks: 4 }, (ctx) => {
  for (const herd of ctx.db.herd.iter()) {
    if (herd.kind !== Kind.Deer) continue;
    for (const { bodyId } of ctx.db.beast.herdId.filter(herd.id)) {
      const deer = ctx.db.body.id.find(bodyId)!;
      for (const near of ctx.db.body.within({ x: deer.x, y: deer.y, space: deer.floor, radius: SHY_M })) {
        if (near.kind !== Kind.Wanderer) continue;
        const held = ctx.db.steering.bodyId.find(near.id);
        if (!held || (held.x === 0 && held.y === 0)) continue;
        runFrom(ctx, deer, near, SHY_S);
        break;
      }
    }
  }
});

function stray(ctx: Ctx, bodyId: bigint, dt: number): void {
  const mind = ctx.db.beast.bodyId.edit(bodyId);
  if (mind.restS > 0) {
    mind.restS -= dt;
    return;
  }
  const isRunning = mind.hasteS > 0;
  if (isRunning) mind.hasteS -= dt;
  const mine = ctx.db.body.id.edit(bodyId);
  const goalM = Math.hypot(mind.goalX - mine.x, mind.goalY - mine.y);
  const stepM = (isRunning ? RUN_M_PER_S : WALK_M_PER_S)[mine.kind]! * dt;
  const turnMax = (isRunning ? RUN_TURN_PER_S : WALK_TURN_PER_S) * dt;
  const turn = wrapped(Math.atan2(mind.goalY - mine.y, mind.goalX - mine.x) - mine.heading);
  const heading = wrapped(mine.heading + Math.max(-turnMax, Math.min(turnMax, turn)));
  const x = mine.x + Math.cos(heading) * stepM;
  const y = mine.y + Math.sin(heading) * stepM;
  const isFree = isWalkable(mine.floor, x, y);
  // What runs slides past a trunk, what strolls turns round.
  if (isFree) Object.assign(mine, { x, y, heading });
  else if (isRunning && isWalkable(mine.floor, x, mine.y)) mine.x = x;
  else if (isRunning && isWalkable(mine.floor, mine.x, y)) mine.y = y;
  if ((isFree || isRunning) && goalM > 1.2) return;

  const home = ctx.db.herd.id.find(mind.herdId)!;
  mind.goalX = home.x + between(ctx, -STRAY_M, STRAY_M);
  mind.goalY = home.y + between(ctx, -STRAY_M, STRAY_M);
  mind.restS = isFree ? between(ctx, 0.5, 6) : between(ctx, 0.2, 0.8);
}

/** The same angle within -π…π. */
function wrapped(angle: number): number {
  return angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));
}
