import { schema, SenderError, table, t } from '@tickbase/schema';

const user = table(
  { name: 'user', public: true },
  {
    identity: t.identity().primaryKey(),
    name: t.string().optional(),
    online: t.bool(),
  },
);

const message = table(
  { name: 'message', public: true },
  {
    sender: t.identity(),
    sent: t.timestamp(),
    text: t.string(),
  },
);

const chat = schema({ user, message });
export default chat;

export const set_name = chat.reducer({ name: t.string() }, (ctx, { name }) => {
  const me = ctx.db.user.identity.find(ctx.sender);
  if (me === null) throw new SenderError('you are not here');
  if (name === '') throw new SenderError('a name has letters');
  ctx.db.user.identity.update({ ...me, name });
});

export const send_message = chat.reducer({ text: t.string() }, (ctx, { text }) => {
  ctx.db.message.insert({ sender: ctx.sender, sent: ctx.timestamp, text });
});

export const onConnect = chat.clientConnected((ctx) => {
  const me = ctx.db.user.identity.find(ctx.sender);
  if (me === null) ctx.db.user.insert({ identity: ctx.sender, name: undefined, online: true });
  else ctx.db.user.identity.update({ ...me, online: true });
});

export const onDisconnect = chat.clientDisconnected((ctx) => {
  const me = ctx.db.user.identity.find(ctx.sender);
  if (me !== null) ctx.db.user.identity.update({ ...me, online: false });
});
