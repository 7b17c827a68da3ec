import { schema, SenderError, t, table } from '@tickbase/schema';

/** Gold, seen by its owner alone. */
const purse = table(
  { name: 'purse', public: true, visibleTo: 'owner' },
  { owner: t.identity().primaryKey(), gold: t.i64() },
);

/** What players carry, each their own: a pile of one kind in one place of the bag. */
const item = table(
  { name: 'item', public: true, visibleTo: 'owner' },
  {
    id: t.u64().primaryKey().autoInc(),
    owner: t.identity().index('hash'),
    kind: t.u16(),
    count: t.u32(),
    place: t.u8(),
  },
);

/** The market, seen by all. */
const offer = table(
  { name: 'offer', public: true },
  {
    id: t.u64().primaryKey().autoInc(),
    seller: t.identity(),
    kind: t.u16().index('btree'),
    count: t.u32(),
    price: t.u32(),
  },
);

const inventory = schema({ purse, item, offer }, { tickRate: 20 });
export default inventory;

const KINDS = 40;
const PLACES = 24;
const FIRST_ITEMS = 8;
const FIRST_GOLD = 1000n;
const OFFERS_MAX = 200;

export const join = inventory.reducer((ctx) => {
  if (ctx.db.purse.owner.find(ctx.sender)) return;
  ctx.db.purse.insert({ owner: ctx.sender, gold: FIRST_GOLD });
  for (let place = 0; place < FIRST_ITEMS; place++) {
    ctx.db.item.insert({ id: 0n, owner: ctx.sender, kind: Math.floor(ctx.random() * KINDS), count: 10, place });
  }
});

/** Puts the pile in one place of the bag into another; two piles change places, and two of a kind become one. */
export const moveItem = inventory.reducer({ from: t.u8(), to: t.u8() }, (ctx, { from, to }) => {
  if (from === to || from >= PLACES || to >= PLACES) throw new SenderError('there is no such place');
  const carried = Array.from(ctx.db.item.owner.filter(ctx.sender));
  const moved = carried.find(({ place }) => place === from);
  const there = carried.find(({ place }) => place === to);
  if (!moved) throw new SenderError('nothing lies there');
  if (there && there.kind === moved.kind) {
    ctx.db.item.id.edit(there.id).count += moved.count;
    ctx.db.item.id.delete(moved.id);
    return;
  }
  ctx.db.item.id.edit(moved.id).place = to;
  if (there) ctx.db.item.id.edit(there.id).place = from;
});

/** Offers one piece of what lies in a place. */
export const sell = inventory.reducer({ place: t.u8(), price: t.u32() }, (ctx, { place, price }) => {
  const sold = Array.from(ctx.db.item.owner.filter(ctx.sender)).find((carried) => carried.place === place);
  if (!sold) throw new SenderError('nothing lies there');
  if (Number(ctx.db.offer.count()) >= OFFERS_MAX) throw new SenderError('the market is full');
  if (sold.count === 1) ctx.db.item.id.delete(sold.id);
  else ctx.db.item.id.edit(sold.id).count--;
  ctx.db.offer.insert({ id: 0n, seller: ctx.sender, kind: sold.kind, count: 1, price });
});

/** Buys the cheapest offer of a kind that is another's: gold and goods of two players change in one transaction. */
export const buy = inventory.reducer({ kind: t.u16() }, (ctx, { kind }) => {
  const mine = ctx.db.purse.owner.find(ctx.sender);
  if (!mine) throw new SenderError('join first');
  let best: { id: bigint; seller: typeof ctx.sender; count: number; price: number } | null = null;
  for (const offered of ctx.db.offer.kind.filter(kind)) {
    if (offered.seller.isEqual(ctx.sender) || offered.price > mine.gold) continue;
    if (best === null || offered.price < best.price) best = offered;
  }
  if (best === null) throw new SenderError('nobody offers it');
  const carried = Array.from(ctx.db.item.owner.filter(ctx.sender));
  const pile = carried.find((item) => item.kind === kind);
  const taken = new Set(carried.map(({ place }) => place));
  const place = Array.from({ length: PLACES }, (_, at) => at).find((at) => !taken.has(at));
  if (pile) ctx.db.item.id.edit(pile.id).count += best.count;
  else if (place === undefined) throw new SenderError('the bag is full');
  else ctx.db.item.insert({ id: 0n, owner: ctx.sender, kind, count: best.count, place });
  ctx.db.purse.owner.edit(ctx.sender).gold -= BigInt(best.price);
  ctx.db.purse.owner.edit(best.seller).gold += BigInt(best.price);
  ctx.db.offer.id.delete(best.id);
});
