import { SenderError } from '@tickbase/schema';
import { isNight } from './daylight.ts';
import { fireWithin } from './fires.ts';
import { removeBeast, run, runFrom } from './herds.ts';
import { countOf, take } from './pack.ts';
import { ownBody } from './players.ts';
import { nearCamp } from './random-places.ts';
import { EMPTY_HANDS, HP_MAX, Item, Kind, STRIKE_REACH_M } from './rules.ts';
import { secondsSinceDawn } from './sky.ts';
import { type BodyRow, type Ctx, game } from './tables.ts';
import { Space } from './terrain/places.ts';

const SCENT_M = 14;
const LOST_M = 22;
const BREATH_S = 14;
/** After a hunt a wolf rests for so long. */
const WEARY_S = 6;
/** Who runs after somebody or away takes new breath in each step of the chase. */
const HASTE_S = 1;
const BITE_M = 1;
const BITE_HP = 9;
const BITE_PAUSE_S = 1;
/** Wolves keep so far from every fire. */
const FIRE_SHY_M = 6;
const SHY_S = 2;
const STRIKE_HP = 20;
const STRUCK_S = 3;

/** Wolves look round, each twice a second: away from fires, and by night for prey. Every fifth tick it is one half's turn. */
export const scent = game.system({ everyTicks: 5 }, (ctx) => {
  const isDark = isNight(secondsSinceDawn(ctx));
  const turn = BigInt(Math.floor(ctx.tick / 5) % 2);
  for (const { id, kind } of ctx.db.herd.iter()) {
    if (kind !== Kind.Wolf) continue;
    for (const { bodyId, restS, hasteS } of ctx.db.beast.herdId.filter(id)) {
      if (bodyId % 2n !== turn || ctx.db.hunt.wolfId.find(bodyId)) continue;
      const wolf = ctx.db.body.id.find(bodyId)!;
      const fire = fireWithin(ctx, wolf, FIRE_SHY_M);
      if (fire) runFrom(ctx, wolf, fire, SHY_S);
      if (fire || !isDark || restS > 0 || hasteS > 0) continue; // it rests, or is on the run
      const prey = nearest(ctx, wolf, SCENT_M, (other) => isPrey(ctx, other));
      if (prey) ctx.db.hunt.insert({ wolfId: bodyId, preyId: prey.id, breathS: BREATH_S, biteS: 0 });
    }
  }
});

/** Wolves run after their prey and bite it, until they are out of breath, lose it, or meet fire. */
export const chase = game.system({ everyTicks: 2 }, (ctx, dt) => {
  const isDark = isNight(secondsSinceDawn(ctx));
  for (const { wolfId, preyId, breathS, biteS } of ctx.db.hunt.iter()) {
    const wolf = ctx.db.body.id.find(wolfId)!;
    const prey = ctx.db.body.id.find(preyId);
    const awayM = prey ? Math.hypot(prey.x - wolf.x, prey.y - wolf.y) : 0;
    if (!prey || !isDark || breathS <= 0 || awayM > LOST_M || prey.floor !== wolf.floor || isGuarded(ctx, prey)) {
      ctx.db.hunt.wolfId.delete(wolfId);
      ctx.db.beast.bodyId.edit(wolfId).restS = WEARY_S;
      continue;
    }
    const hunt = ctx.db.hunt.wolfId.edit(wolfId);
    hunt.breathS = breathS - dt;
    hunt.biteS = Math.max(0, biteS - dt);
    if (awayM > BITE_M * 0.8) run(ctx, wolfId, prey, HASTE_S);
    else ctx.db.beast.bodyId.edit(wolfId).restS = dt;
    if (prey.kind === Kind.Deer) runFrom(ctx, prey, wolf, HASTE_S);
    if (awayM > BITE_M || biteS > 0) continue;
    hunt.biteS = BITE_PAUSE_S;
    bite(ctx, prey);
  }
});

/** Hits the nearest wolf in reach with the spear in the hand. The wolf runs; hit again, it is gone until dawn. */
export const strike = game.reducer((ctx) => {
  const mine = ownBody(ctx);
  if (mine.carries !== Item.Spear) throw new SenderError('take a spear in your hand first');
  const wolf = nearest(ctx, mine, STRIKE_REACH_M, ({ kind }) => kind === Kind.Wolf);
  if (!wolf) throw new SenderError('no wolf is in reach');
  if (wolf.hp <= STRIKE_HP) {
    removeBeast(ctx, wolf.id);
    return;
  }
  ctx.db.body.id.edit(wolf.id).hp = wolf.hp - STRIKE_HP;
  ctx.db.hunt.wolfId.delete(wolf.id);
  runFrom(ctx, wolf, mine, STRUCK_S);
});

function isPrey(ctx: Ctx, other: BodyRow): boolean {
  return (other.kind === Kind.Wanderer || other.kind === Kind.Deer) && !isGuarded(ctx, other);
}

function nearest(ctx: Ctx, from: BodyRow, radius: number, isMeant: (body: BodyRow) => boolean): BodyRow | null {
  let found: BodyRow | null = null;
  let foundM = Number.POSITIVE_INFINITY;
  for (const other of ctx.db.body.within({ x: from.x, y: from.y, space: from.floor, radius })) {
    const awayM = Math.hypot(other.x - from.x, other.y - from.y);
    if (awayM >= foundM || !isMeant(other)) continue;
    found = other;
    foundM = awayM;
  }
  return found;
}

/** Whoever bears a torch or is near a fire is left alone. */
function isGuarded(ctx: Ctx, prey: BodyRow): boolean {
  return prey.carries === Item.Torch || fireWithin(ctx, prey, FIRE_SHY_M) !== null;
}

function bite(ctx: Ctx, prey: BodyRow): void {
  if (prey.hp > BITE_HP) ctx.db.body.id.edit(prey.id).hp = prey.hp - BITE_HP;
  else if (prey.kind === Kind.Wanderer) wakeAtCamp(ctx, prey.id);
  else removeBeast(ctx, prey.id);
}

/** Who has no hp left wakes beside the camp's fire, without half of the berries. */
function wakeAtCamp(ctx: Ctx, bodyId: bigint): void {
  const { identity } = ctx.db.player.bodyId.find(bodyId)!;
  const lost = Math.ceil(countOf(ctx, identity, Item.Berries) / 2);
  if (lost > 0) take(ctx, identity, Item.Berries, lost);
  Object.assign(ctx.db.body.id.edit(bodyId), {
    ...nearCamp(ctx, 1.5, 4),
    floor: Space.Land,
    hp: HP_MAX,
    carries: EMPTY_HANDS,
  });
}
