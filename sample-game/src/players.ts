import { SenderError, t } from '@tickbase/schema';
import { nearCamp } from './random-places.ts';
import { EMPTY_HANDS, HP_MAX, Kind, NAME_LENGTH_MAX } from './rules.ts';
import { type BodyRow, type Ctx, game, type PlayerRow } from './tables.ts';
import { isWalkable } from './terrain/is-walkable.ts';
import { DOORS, Space } from './terrain/places.ts';

const WALK_M_PER_S = 4.6;

/** The area of interest is the server's decision: a client sees round its own body. */
export const interest = game.interest({
  radiusMax: 40,
  centre: (ctx) => {
    const me = ctx.db.player.identity.find(ctx.sender);
    return me && ctx.db.body.id.find(me.bodyId);
  },
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
  const mine = ctx.db.body.insert({
    kind: Kind.Wanderer,
    look: ctx.random.integerInRange(0, 255),
    carries: EMPTY_HANDS,
    floor: Space.Land,
    ...nearCamp(ctx, 1.5, 6),
    heading: 0,
    hp: HP_MAX,
  });
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

/** Moves every player by the direction that it holds. */
export const walk = game.system({ everyTicks: 1 }, (ctx, dt) => {
  for (const { bodyId, x: east, y: north } of ctx.db.steering.iter()) {
    if (east === 0 && north === 0) continue;
    const mine = ctx.db.body.id.edit(bodyId);
    const { floor } = mine;
    let { x, y } = mine;
    // Along a shore or past a trunk the free one of the two directions still counts.
    const nextX = x + east * WALK_M_PER_S * dt;
    if (isWalkable(floor, nextX, y)) x = nextX;
    const nextY = y + north * WALK_M_PER_S * dt;
    if (isWalkable(floor, x, nextY)) y = nextY;
    mine.x = x;
    mine.y = y;
    mine.heading = Math.atan2(north, east);
    for (const door of DOORS) {
      if (door.space !== floor || Math.hypot(door.x - x, door.y - y) > door.reachM) continue;
      mine.floor = door.to;
      mine.x = door.toX;
      mine.y = door.toY;
    }
  }
});

/** The sender's row of `player`; refuses the call of those who have not joined. */
export function ownPlayer(ctx: Ctx): PlayerRow {
  const me = ctx.db.player.identity.find(ctx.sender);
  if (!me) throw new SenderError('join first');
  return me;
}

/** The sender's body; refuses the call of those who have not joined. */
export function ownBody(ctx: Ctx): BodyRow {
  return ctx.db.body.id.find(ownPlayer(ctx).bodyId)!;
}
