import { type Identity, SenderError } from '@tickbase/schema';
import { ITEM_NAMES } from './rules.ts';
import type { Ctx } from './tables.ts';

/** Puts pieces of an item into somebody's pack. */
export function give(ctx: Ctx, owner: Identity, item: number, count: number): void {
  const stack = stackOf(ctx, owner, item);
  if (stack) ctx.db.pack.id.edit(stack.id).count = stack.count + count;
  else ctx.db.pack.insert({ owner, item, count });
}

/** Takes pieces out of somebody's pack; refuses the call when there are too few. */
export function take(ctx: Ctx, owner: Identity, item: number, count: number): void {
  const stack = stackOf(ctx, owner, item);
  if (!stack || stack.count < count) throw new SenderError(`not enough ${ITEM_NAMES[item]}`);
  if (stack.count === count) ctx.db.pack.id.delete(stack.id);
  else ctx.db.pack.id.edit(stack.id).count = stack.count - count;
}

/** How many pieces somebody has. */
export function countOf(ctx: Ctx, owner: Identity, item: number): number {
  return stackOf(ctx, owner, item)?.count ?? 0;
}

function stackOf(ctx: Ctx, owner: Identity, item: number): { id: bigint; count: number } | null {
  for (const stack of ctx.db.pack.owner.filter(owner)) if (stack.item === item) return stack;
  return null;
}
