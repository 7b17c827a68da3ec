import { schema, SenderError, t, table } from '@tickbase/schema';

const accounts = table({ name: 'accounts', public: true }, { id: t.u32().primaryKey(), balance: t.i64() });

const bank = schema({ accounts });
export default bank;

export const seed = bank.reducer({ n: t.u32(), initialBalance: t.i64() }, (ctx, { n, initialBalance }) => {
  ctx.db.accounts.clear();
  for (let id = 0; id < n; id++) ctx.db.accounts.insert({ id, balance: initialBalance });
});

/** As `seed` for an empty table, but the keys come in no order. `n`: no multiple of 65 537, a prime. */
export const seedMixed = bank.reducer({ n: t.u32(), initialBalance: t.i64() }, (ctx, { n, initialBalance }) => {
  for (let i = 0; i < n; i++) ctx.db.accounts.insert({ id: (i * 65_537) % n, balance: initialBalance });
});

export const transfer = bank.reducer({ from: t.u32(), to: t.u32(), amount: t.i64() }, (ctx, { from, to, amount }) => {
  if (from === to) throw new SenderError('same_account');
  if (amount <= 0n) throw new SenderError('non_positive_amount');
  const source = ctx.db.accounts.id.find(from);
  const target = ctx.db.accounts.id.find(to);
  if (!source || !target) throw new SenderError('account_missing');
  if (source.balance < amount) throw new SenderError('insufficient_funds');
  ctx.db.accounts.id.update({ id: from, balance: source.balance - amount });
  ctx.db.accounts.id.update({ id: to, balance: target.balance + amount });
});
