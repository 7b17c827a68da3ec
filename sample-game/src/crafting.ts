import { SenderError, t } from '@tickbase/schema';
import { fireWithin, lightFire } from './fires.ts';
import { countOf, give, take } from './pack.ts';
import { ownBody } from './players.ts';
import {
  EMPTY_HANDS,
  FIRE_REACH_M,
  GATHER_REACH_M,
  HOLDABLE,
  HP_MAX,
  Item,
  NOURISHMENT,
  PIECES_MAX,
  RECIPES,
} from './rules.ts';
import { game } from './tables.ts';

/** Takes one piece of something within reach. */
export const gather = game.reducer({ resourceId: t.u64() }, (ctx, { resourceId }) => {
  const mine = ownBody(ctx);
  const found = ctx.db.resource.id.find(resourceId);
  if (!found || found.floor !== mine.floor || Math.hypot(found.x - mine.x, found.y - mine.y) > GATHER_REACH_M) {
    throw new SenderError('too far away');
  }
  if (found.left === 0) throw new SenderError('nothing left, it needs time to grow');
  ctx.db.resource.id.edit(resourceId).left = found.left - 1;
  give(ctx, ctx.sender, found.kind, 1);
});

/** What was gathered grows again, now and then. */
export const regrow = game.system({ everyTicks: 40 }, (ctx) => {
  for (const { id, left } of ctx.db.resource.iter()) {
    if (left < PIECES_MAX && ctx.random() < 0.12) ctx.db.resource.id.edit(id).left = left + 1;
  }
});

/** Makes an item, by the recipe's number. A refusal on the way gives back what was taken: nothing of a refused call stays. */
export const craft = game.reducer({ recipe: t.u8() }, (ctx, { recipe: number }) => {
  const recipe = RECIPES[number];
  if (!recipe) throw new SenderError(`there is no recipe ${number}`);
  const mine = ownBody(ctx);
  if (recipe.atFire && !fireWithin(ctx, mine, FIRE_REACH_M)) throw new SenderError('this is made at a fire');
  for (const { item, count } of recipe.needs) take(ctx, ctx.sender, item, count);
  if (recipe.item === Item.Campfire) lightFire(ctx, mine);
  else give(ctx, ctx.sender, recipe.item, recipe.count);
});

/** Takes something of the pack into the hand, where everybody sees it; EMPTY_HANDS puts it away. */
export const hold = game.reducer({ item: t.u8() }, (ctx, { item }) => {
  const mine = ownBody(ctx);
  if (item !== EMPTY_HANDS) {
    if (!HOLDABLE.includes(item)) throw new SenderError('this cannot be held');
    if (countOf(ctx, ctx.sender, item) === 0) throw new SenderError('you have none');
  }
  ctx.db.body.id.edit(mine.id).carries = item;
});

/** Eats one piece; refused to those who lack nothing. */
export const eat = game.reducer({ item: t.u8() }, (ctx, { item }) => {
  const nourishment = NOURISHMENT[item];
  if (nourishment === undefined) throw new SenderError('this cannot be eaten');
  const mine = ownBody(ctx);
  if (mine.hp >= HP_MAX) throw new SenderError('you are not hungry');
  take(ctx, ctx.sender, item, 1);
  ctx.db.body.id.edit(mine.id).hp = Math.min(HP_MAX, mine.hp + nourishment);
});
