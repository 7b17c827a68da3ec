import { type InferSchema, type ReducerCtx, schema, SenderError, t, table } from '@tickbase/schema';
import { GATHER_REACH_M, Item, Kind, LINE_LENGTH_MAX, NAME_LENGTH_MAX, TICK_RATE } from './rules.ts';
import { isWalkable } from './terrain/is-walkable.ts';
import { CAMP, DOORS, EXTENT_M, Space } from './terrain/places.ts';

/** Everybody who is in the world now. */
const player = table(
  { name: 'player', public: true },
  {
    identity: t.identity().primaryKey(),
    name: t.string(),
    bodyId: t.u64().unique(),
    isBot: t.bool(), // bots say so themselves
  },
);

/** One row for each open connection: a player with two browser tabs leaves with the last of them. */
const visit = table(
  { name: 'visit' },
  {
    connectionId: t.connectionId().primaryKey(),
    identity: t.identity().index('hash'),
  },
);

/** Everything that stands somewhere: wanderers and beasts. Streamed by area of interest. */
const body = table(
  { name: 'body', public: true, spatial: { x: 'x', y: 'y', space: 'floor', cell: 16 }, persist: 'snapshot' },
  {
    id: t.u64().primaryKey().autoInc(),
    kind: t.u8(),
    look: t.u8(), // which cloak or antlers
    floor: t.u16(), // 0 is the open land, 1 the cave
    x: t.f32().quantize({ step: 0.01 }), // metres, east positive
    y: t.f32().quantize({ step: 0.01 }), // metres, north positive
    heading: t.f32().angle({ bits: 8 }), // radians, 0 is east, a quarter turn is north
    hp: t.u16(),
  },
);

/** Names over heads: seen where the body is seen. */
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

/** The direction that a player holds: east and north, no longer than 1. Of no use after a restart, so never kept. */
const steering = table(
  { name: 'steering', persist: 'never' },
  {
    bodyId: t.u64().primaryKey(),
    x: t.f32(),
    y: t.f32(),
  },
);

/** What a herd's beasts keep near to. */
const herd = table(
  { name: 'herd', persist: 'snapshot' },
  {
    id: t.u32().primaryKey().autoInc(),
    kind: t.u8(),
    floor: t.u16(),
    x: t.f32(),
    y: t.f32(),
  },
);

/** A beast's mind: where it goes, or for how long it still rests. */
const beast = table(
  { name: 'beast', persist: 'snapshot' },
  {
    bodyId: t.u64().primaryKey(),
    herdId: t.u32(),
    goalX: t.f32(),
    goalY: t.f32(),
    restS: t.f32(),
  },
);

/** Bushes, mushrooms and crystals; `left` pieces can still be taken, and grow again. */
const resource = table(
  { name: 'resource', public: true, spatial: { x: 'x', y: 'y', space: 'floor', cell: 16 } },
  {
    id: t.u64().primaryKey().autoInc(),
    kind: t.u8(),
    floor: t.u16(),
    x: t.f32(),
    y: t.f32(),
    left: t.u8(),
  },
);

/** What each player carries. Nobody sees another's pack. */
const pack = table(
  { name: 'pack', public: true, visibleTo: 'owner' },
  {
    id: t.u64().primaryKey().autoInc(),
    owner: t.identity().index('hash'),
    item: t.u8(),
    count: t.u32(),
  },
);

/** A line for those who stand near its speaker. */
const nearLine = table(
  { name: 'near_line', public: true, event: true, spatial: { x: 'x', y: 'y', space: 'floor', cell: 16 } },
  {
    speakerId: t.u64(),
    name: t.string(),
    text: t.string(),
    floor: t.u16(),
    x: t.f32(),
    y: t.f32(),
  },
);

/** A line for everybody. */
const worldLine = table(
  { name: 'world_line', public: true, event: true },
  {
    speakerId: t.u64(),
    name: t.string(),
    text: t.string(),
  },
);

const game = schema(
  { player, visit, body, nameplate, steering, herd, beast, resource, pack, nearLine, worldLine },
  { tickRate: TICK_RATE },
);
export default game;

type Ctx = ReducerCtx<InferSchema<typeof game>>;

const WALK_M_PER_S = 4.6;
const BEAST_M_PER_S = [0, 1.7, 2.6, 0.9] as const;
const SHY_M = 4;
const PIECES_MAX = 3;

/** The area of interest is the server's decision: a client sees round its own body. */
export const interest = game.interest({
  radiusMax: 40,
  centre: (ctx) => {
    const me = ctx.db.player.identity.find(ctx.sender);
    return me && ctx.db.body.id.find(me.bodyId);
  },
});

/** Fills a new world. */
export const settle = game.init((ctx) => {
  for (let i = 0; i < 5; i++) {
    addHerd(ctx, Kind.Deer, Space.Land, i < 2 ? nearCamp(ctx, 14, 26) : anywhere(ctx, Space.Land), 7);
  }
  for (let i = 0; i < 8; i++) {
    addHerd(ctx, Kind.Fox, Space.Land, i < 2 ? nearCamp(ctx, 8, 20) : anywhere(ctx, Space.Land), 1);
  }
  for (let i = 0; i < 4; i++) addHerd(ctx, Kind.Glimmer, Space.Cave, anywhere(ctx, Space.Cave), 4);
  for (let i = 0; i < 150; i++) {
    const kind = i % 2 === 0 ? Item.Berries : Item.Mushrooms;
    addResource(ctx, kind, Space.Land, i < 22 ? nearCamp(ctx, 9, 34) : anywhere(ctx, Space.Land));
  }
  for (let i = 0; i < 24; i++) addResource(ctx, Item.Crystals, Space.Cave, anywhere(ctx, Space.Cave));
});

/** Held directions are not kept over a restart of the server; players who come back to their bodies stand still. */
export const wake = game.started((ctx) => {
  for (const { bodyId } of ctx.db.player.iter()) ctx.db.steering.insert({ bodyId, x: 0, y: 0 });
});

export const arrive = game.clientConnected((ctx) => {
  if (ctx.connectionId) ctx.db.visit.insert({ connectionId: ctx.connectionId, identity: ctx.sender });
});

/** With its last connection a player leaves the world; its pack stays for the next time. */
export const leave = game.clientDisconnected((ctx) => {
  if (ctx.connectionId) ctx.db.visit.connectionId.delete(ctx.connectionId);
  for (const _other of ctx.db.visit.identity.filter(ctx.sender)) return;
  const me = ctx.db.player.identity.find(ctx.sender);
  if (!me) return;
  ctx.db.steering.bodyId.delete(me.bodyId);
  ctx.db.nameplate.bodyId.delete(me.bodyId);
  ctx.db.body.id.delete(me.bodyId);
  ctx.db.player.identity.delete(ctx.sender);
});

/** Puts the sender beside the camp's fire; called again, it changes the name. */
export const join = game.reducer({ name: t.string(), isBot: t.bool() }, (ctx, { name, isBot }) => {
  const text = name.trim();
  if (text.length < 1 || text.length > NAME_LENGTH_MAX) {
    throw new SenderError(`a name has 1 to ${NAME_LENGTH_MAX} letters`);
  }
  const known = ctx.db.player.identity.find(ctx.sender);
  if (known) {
    ctx.db.player.identity.edit(ctx.sender).name = text;
    ctx.db.nameplate.bodyId.edit(known.bodyId).text = text;
    return;
  }
  const { x, y } = nearCamp(ctx, 1.5, 6);
  const look = ctx.random.integerInRange(0, 255);
  const mine = ctx.db.body.insert({ kind: Kind.Wanderer, look, floor: Space.Land, x, y, heading: 0, hp: 100 });
  ctx.db.player.insert({ identity: ctx.sender, name: text, bodyId: mine.id, isBot });
  ctx.db.nameplate.insert({ bodyId: mine.id, text });
  ctx.db.steering.insert({ bodyId: mine.id, x: 0, y: 0 });
});

/** The direction that the sender holds from now on. */
export const steer = game.reducer({ x: t.f32(), y: t.f32() }, (ctx, { x, y }) => {
  if (!(Math.hypot(x, y) <= 1.001)) throw new SenderError('too fast: a direction is no longer than 1'); // false for NaN, too
  const held = ctx.db.steering.bodyId.edit(ownPlayer(ctx).bodyId);
  held.x = x;
  held.y = y;
});

export const say = game.reducer({ text: t.string(), toAll: t.bool() }, (ctx, { text, toAll }) => {
  const { name, bodyId } = ownPlayer(ctx);
  const line = text.trim();
  if (line.length < 1 || line.length > LINE_LENGTH_MAX) {
    throw new SenderError(`a line has 1 to ${LINE_LENGTH_MAX} letters`);
  }
  if (toAll) {
    ctx.db.worldLine.insert({ speakerId: bodyId, name, text: line });
    return;
  }
  const mine = ctx.db.body.id.find(bodyId)!;
  ctx.db.nearLine.insert({ speakerId: bodyId, name, text: line, floor: mine.floor, x: mine.x, y: mine.y });
});

/** Takes one piece of something within reach. */
export const gather = game.reducer({ resourceId: t.u64() }, (ctx, { resourceId }) => {
  const mine = ctx.db.body.id.find(ownPlayer(ctx).bodyId)!;
  const found = ctx.db.resource.id.find(resourceId);
  if (!found || found.floor !== mine.floor || Math.hypot(found.x - mine.x, found.y - mine.y) > GATHER_REACH_M) {
    throw new SenderError('too far away');
  }
  if (found.left === 0) throw new SenderError('nothing left, it needs time to grow');
  ctx.db.resource.id.edit(resourceId).left = found.left - 1;
  for (const stack of ctx.db.pack.owner.filter(ctx.sender)) {
    if (stack.item !== found.kind) continue;
    ctx.db.pack.id.edit(stack.id).count = stack.count + 1;
    return;
  }
  ctx.db.pack.insert({ owner: ctx.sender, item: found.kind, count: 1 });
});

/** Moves every player by the direction that it holds. */
export const walk = game.system({ everyTicks: 1 }, (ctx, dt) => {
  for (const { bodyId, x: east, y: north } of ctx.db.steering.iter()) {
    if (east === 0 && north === 0) continue;
    const mine = ctx.db.body.id.edit(bodyId);
    mine.heading = Math.atan2(north, east);
    const x = mine.x + east * WALK_M_PER_S * dt;
    const y = mine.y + north * WALK_M_PER_S * dt;
    // Along a shore or past a trunk the free one of the two directions still counts.
    if (isWalkable(mine.floor, x, mine.y)) mine.x = x;
    if (isWalkable(mine.floor, mine.x, y)) mine.y = y;
    for (const door of DOORS) {
      if (door.space !== mine.floor || Math.hypot(door.x - mine.x, door.y - mine.y) > door.reachM) continue;
      mine.floor = door.to;
      mine.x = door.toX;
      mine.y = door.toY;
      break;
    }
  }
});

/** Herds drift from pasture to pasture; each beast strays round its herd, rests a while, and goes on. */
export const roam = game.system({ everyTicks: 2 }, (ctx, dt) => {
  for (const { id, floor, x, y } of ctx.db.herd.iter()) {
    if (ctx.random() > dt / 20) continue;
    const pasture = { x: x + between(ctx, -22, 22), y: y + between(ctx, -22, 22) };
    if (isWalkable(floor, pasture.x, pasture.y)) Object.assign(ctx.db.herd.id.edit(id), pasture);
  }
  for (const { bodyId } of ctx.db.beast.iter()) stray(ctx, bodyId, dt);
});

/** Deer shy away from those who walk up to them. */
export const startle = game.system({ everyTicks: 4 }, (ctx) => {
  for (const { bodyId, x: east, y: north } of ctx.db.steering.iter()) {
    if (east === 0 && north === 0) continue;
    const { x, y, floor: space } = ctx.db.body.id.find(bodyId)!;
    for (const near of ctx.db.body.within({ x, y, space, radius: SHY_M })) {
      if (near.kind !== Kind.Deer) continue;
      const mind = ctx.db.beast.bodyId.edit(near.id);
      mind.goalX = near.x + (near.x - x) * 2;
      mind.goalY = near.y + (near.y - y) * 2;
      mind.restS = 0;
    }
  }
});

/** What was gathered grows again, now and then. */
export const regrow = game.system({ everyTicks: 40 }, (ctx) => {
  for (const { id, left } of ctx.db.resource.iter()) {
    if (left < PIECES_MAX && ctx.random() < 0.12) ctx.db.resource.id.edit(id).left = left + 1;
  }
});

function stray(ctx: Ctx, bodyId: bigint, dt: number): void {
  const mind = ctx.db.beast.bodyId.edit(bodyId);
  if (mind.restS > 0) {
    mind.restS -= dt;
    return;
  }
  const mine = ctx.db.body.id.edit(bodyId);
  const goalM = Math.hypot(mind.goalX - mine.x, mind.goalY - mine.y);
  const stepM = (BEAST_M_PER_S[mine.kind] ?? 1) * dt;
  const turn = wrapped(Math.atan2(mind.goalY - mine.y, mind.goalX - mine.x) - mine.heading);
  const heading = mine.heading + Math.max(-3 * dt, Math.min(3 * dt, turn));
  const x = mine.x + Math.cos(heading) * stepM;
  const y = mine.y + Math.sin(heading) * stepM;
  const isFree = isWalkable(mine.floor, x, y);
  if (isFree) Object.assign(mine, { x, y, heading: wrapped(heading) });
  if (isFree && goalM > 1.2) return;

  const home = ctx.db.herd.id.find(mind.herdId)!;
  mind.goalX = home.x + between(ctx, -8, 8);
  mind.goalY = home.y + between(ctx, -8, 8);
  mind.restS = isFree ? between(ctx, 0.5, 6) : between(ctx, 0.2, 0.8);
}

function ownPlayer(ctx: Ctx): { name: string; bodyId: bigint } {
  const me = ctx.db.player.identity.find(ctx.sender);
  if (!me) throw new SenderError('join first');
  return me;
}

interface Place {
  readonly x: number;
  readonly y: number;
}

function addHerd(ctx: Ctx, kind: number, floor: number, { x, y }: Place, count: number): void {
  const { id: herdId } = ctx.db.herd.insert({ kind, floor, x, y });
  for (let i = 0; i < count; i++) {
    const look = ctx.random.integerInRange(0, 255);
    const heading = between(ctx, 0, 2 * Math.PI);
    const { id: bodyId } = ctx.db.body.insert({ kind, look, floor, x, y, heading, hp: 40 });
    const goal = { goalX: x + between(ctx, -8, 8), goalY: y + between(ctx, -8, 8) };
    ctx.db.beast.insert({ bodyId, herdId, ...goal, restS: between(ctx, 0, 3) });
  }
}

function addResource(ctx: Ctx, kind: number, floor: number, { x, y }: Place): void {
  for (const _near of ctx.db.resource.within({ x, y, space: floor, radius: 2 })) return; // one place, one thing
  ctx.db.resource.insert({ kind, floor, x, y, left: PIECES_MAX });
}

function nearCamp(ctx: Ctx, fromM: number, toM: number): Place {
  return walkablePlace(Space.Land, () => {
    const angle = between(ctx, 0, 2 * Math.PI);
    const awayM = between(ctx, fromM, toM);
    return { x: CAMP.x + Math.cos(angle) * awayM, y: CAMP.y + Math.sin(angle) * awayM };
  });
}

function anywhere(ctx: Ctx, floor: number): Place {
  const { width, height } = EXTENT_M[floor]!;
  return walkablePlace(floor, () => ({ x: between(ctx, 0, width), y: between(ctx, 0, height) }));
}

/** The first of some tries on which one can stand; the last one, if none was good. */
function walkablePlace(floor: number, attempt: () => Place): Place {
  let place = attempt();
  for (let i = 0; i < 200 && !isWalkable(floor, place.x, place.y); i++) place = attempt();
  return place;
}

function between(ctx: Ctx, from: number, to: number): number {
  return from + ctx.random() * (to - from);
}

/** The same angle within -π…π. */
function wrapped(angle: number): number {
  return angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));
}
