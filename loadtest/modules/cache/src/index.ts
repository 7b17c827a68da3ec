import { schema, table, t } from '@tickbase/schema';

/** What a client's cache is filled with. */
const item = table(
  { name: 'item', public: true },
  {
    id: t.u32().primaryKey(),
    kind: t.u32().index('hash'),
    rank: t.u32().index('btree'),
    value: t.u32(),
    name: t.string(),
  },
);

/** What a page shows as a list. */
const line = table({ name: 'line', public: true }, { id: t.u32().primaryKey(), text: t.string(), votes: t.u32() });

const cache = schema({ item, line });
export default cache;

/** Items of ten to a kind and to a rank. */
export const insertItems = cache.reducer({ from: t.u32(), count: t.u32() }, (ctx, { from, count }) => {
  for (let id = from; id < from + count; id++) {
    ctx.db.item.insert({ id, kind: Math.floor(id / 10), rank: Math.floor(id / 10), value: 0, name: `item ${id}` });
  }
});

export const insertLines = cache.reducer({ count: t.u32() }, (ctx, { count }) => {
  for (let id = 0; id < count; id++) ctx.db.line.insert({ id, text: `line ${id}`, votes: 0 });
});

/** Changes one column of so many items in one step. */
export const shift = cache.reducer({ from: t.u32(), count: t.u32() }, (ctx, { from, count }) => {
  for (let id = from; id < from + count; id++) ctx.db.item.id.edit(id).value += 1;
});

export const vote = cache.reducer({ id: t.u32() }, (ctx, { id }) => {
  ctx.db.line.id.edit(id).votes += 1;
});
