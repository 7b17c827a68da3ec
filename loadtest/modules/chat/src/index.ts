import { schema, SenderError, t, table } from '@tickbase/schema';

/** Who is in which room. A client asks for those of its own. */
const member = table(
  { name: 'member', public: true },
  { identity: t.identity().primaryKey(), room: t.u16().index('hash'), name: t.string(), lineCount: t.u32() },
);

/** The last lines of a room. */
const line = table(
  { name: 'line', public: true },
  {
    id: t.u64().primaryKey().autoInc(),
    room: t.u16().index('btree'),
    author: t.string(),
    text: t.string(),
    saidAt: t.timestamp(),
  },
);

const chat = schema({ member, line }, { tickRate: 20 });
export default chat;

const LINES_KEPT = 50;
const TEXT_CHARS_MAX = 500;

export const join = chat.reducer({ room: t.u16(), name: t.string() }, (ctx, { room, name }) => {
  if (name === '') throw new SenderError('a name is needed');
  ctx.db.member.identity.upsert({ identity: ctx.sender, room, name, lineCount: 0 });
});

/** A line to all in the sender's room; the oldest one there makes place for it. */
export const say = chat.reducer({ text: t.string() }, (ctx, { text }) => {
  const me = ctx.db.member.identity.find(ctx.sender);
  if (!me) throw new SenderError('join first');
  if (text === '' || text.length > TEXT_CHARS_MAX) throw new SenderError('a line has 1 to 500 characters');
  ctx.db.member.identity.edit(ctx.sender).lineCount++;
  ctx.db.line.insert({ id: 0n, room: me.room, author: me.name, text, saidAt: ctx.timestamp });
  const lines = Array.from(ctx.db.line.room.filter(me.room));
  if (lines.length <= LINES_KEPT) return;
  const oldest = lines.reduce((first, other) => (other.id < first.id ? other : first));
  ctx.db.line.id.delete(oldest.id);
});

export const leave = chat.clientDisconnected((ctx) => {
  ctx.db.member.identity.delete(ctx.sender);
});
