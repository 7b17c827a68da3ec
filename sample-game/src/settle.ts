import { addHerd } from './herds.ts';
import { anywhere, nearCamp, type Place } from './random-places.ts';
import { Item, Kind, PIECES_MAX } from './rules.ts';
import { raiseSun } from './sky.ts';
import { type Ctx, game } from './tables.ts';
import { Space } from './terrain/places.ts';

/** Fills a new world: it begins in the morning, with more life round the camp than elsewhere. */
export const settle = game.init((ctx) => {
  raiseSun(ctx);
  for (let i = 0; i < 5; i++) {
    addHerd(ctx, Kind.Deer, Space.Land, i < 2 ? nearCamp(ctx, 14, 26) : anywhere(ctx, Space.Land), 7);
  }
  for (let i = 0; i < 8; i++) {
    addHerd(ctx, Kind.Fox, Space.Land, i < 2 ? nearCamp(ctx, 8, 20) : anywhere(ctx, Space.Land), 1);
  }
  for (let i = 0; i < 4; i++) {
    addHerd(ctx, Kind.Wolf, Space.Land, i < 1 ? nearCamp(ctx, 28, 40) : anywhere(ctx, Space.Land), 3);
  }
  for (let i = 0; i < 4; i++) addHerd(ctx, Kind.Glimmer, Space.Cave, anywhere(ctx, Space.Cave), 4);

  const onLand = [Item.Berries, Item.Mushrooms, Item.Wood] as const;
  for (let i = 0; i < 210; i++) {
    addResource(ctx, onLand[i % 3]!, Space.Land, i < 33 ? nearCamp(ctx, 9, 34) : anywhere(ctx, Space.Land));
  }
  for (let i = 0; i < 24; i++) addResource(ctx, Item.Crystals, Space.Cave, anywhere(ctx, Space.Cave));
});

function addResource(ctx: Ctx, kind: number, floor: number, { x, y }: Place): void {
  for (const _near of ctx.db.resource.within({ x, y, space: floor, radius: 2 })) return; // one place, one thing
  ctx.db.resource.insert({ kind, floor, x, y, left: PIECES_MAX });
}
