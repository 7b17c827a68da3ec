import { schema, SenderError, table, t } from '@tickbase/schema';

const NAME_LENGTH_MAX = 24;
const TEXT_LENGTH_MAX = 500;
/** Older messages go when new ones come. */
const MESSAGES_KEPT = 200n;

const user = table(
  { name: 'user', public: true },
  {
    identity: t.identity().primaryKey(),
    name: t.string().optional(),
    /** Pages that are open; 0: away. */
    connections: t.u32(),
  },
);

const message = table(
  { name: 'message', public: true },
  {
    id: t.u64().primaryKey().autoInc(),
    sender: t.identity(),
    sent: t.timestamp(),
    text: t.string(),
  },
);

/** Who is writing at this moment. After a restart nobody is, so nothing of it goes to disk. */
const typing = table({ name: 'typing', public: true, persist: 'never' }, { identity: t.identity().primaryKey() });

const chat = schema({ user, message, typing });
export default chat;

export const onConnect = chat.clientConnected((ctx) => {
  const me = ctx.db.user.identity.find(ctx.sender);
  if (me === null) ctx.db.user.insert({ identity: ctx.sender, name: undefined, connections: 1 });
  else ctx.db.user.identity.update({ ...me, connections: me.connections + 1 });
});

export const onDisconnect = chat.clientDisconnected((ctx) => {
  const me = ctx.db.user.identity.find(ctx.sender);
  if (me === null) return;
  const connections = Math.max(0, me.connections - 1);
  ctx.db.user.identity.update({ ...me, connections });
  if (connections === 0) ctx.db.typing.identity.delete(ctx.sender);
});

export const setName = chat.reducer({ name: t.string() }, (ctx, { name }) => {
  const trimmed = name.trim();
  if (trimmed === '') throw new SenderError('a name has letters');
  if (trimmed.length > NAME_LENGTH_MAX) throw new SenderError(`a name has ${NAME_LENGTH_MAX} letters at most`);
  const me = ctx.db.user.identity.find(ctx.sender);
  if (me === null) throw new SenderError('you are not here');
  ctx.db.user.identity.update({ ...me, name: trimmed });
});

export const sendMessage = chat.reducer({ text: t.string() }, (ctx, { text }) => {
  const trimmed = text.trim();
  if (trimmed === '') throw new SenderError('a message has words');
  if (trimmed.length > TEXT_LENGTH_MAX) throw new SenderError(`a message has ${TEXT_LENGTH_MAX} letters at most`);
  const { id } = ctx.db.message.insert({ id: 0n, sender: ctx.sender, sent: ctx.timestamp, text: trimmed });
  if (id > MESSAGES_KEPT) ctx.db.message.id.delete(id - MESSAGES_KEPT);
  ctx.db.typing.identity.delete(ctx.sender);
});

export const setTyping = chat.reducer({ isTyping: t.bool() }, (ctx, { isTyping }) => {
  const wasTyping = ctx.db.typing.identity.find(ctx.sender) !== null;
  if (isTyping && !wasTyping) ctx.db.typing.insert({ identity: ctx.sender });
  if (!isTyping && wasTyping) ctx.db.typing.identity.delete(ctx.sender);
});
