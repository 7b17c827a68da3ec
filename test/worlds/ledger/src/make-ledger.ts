import { ScheduleAt, schema, SenderError, t, table } from '@tickbase/schema';

/**
 * A world in which every call leaves its name in several tables at once, so that whatever is lost, halved, doubled or given twice shows.
 * Clients number themselves and their calls: (client, call) stands for one call for good.
 *
 * What holds at every moment, for each client:
 *   account.calls = its entries + account.settledCalls,   account.sum = the sum of their amounts + account.settledSum
 *   an entry with an alarm has that alarm's row or one row of `rung`, never both
 * and over all of them: total.calls and total.sum are the sums over the accounts.
 *
 * The wider version has columns, an index and a table more, which no client knows; each version may follow the other.
 */
export function makeLedger(tickRate: number, version: 'narrow' | 'wider' = 'narrow') {
  const isWider = version === 'wider';
  /** One row for each call that ran and is not settled. */
  const entry = table(
    { name: 'entry', public: true },
    {
      id: t.u32().primaryKey().autoInc(),
      client: t.u32().index(),
      ...((isWider ? { weight: t.u32().default(7).index() } : {}) as Record<never, never>),
      call: t.u32(),
      at: t.timestamp(),
      amount: t.i32(),
      /** Of a row of `slip`, of which only its number lasts. */
      slip: t.u64(),
      /** 0: it set none. */
      alarm: t.u64(),
      note: t.string(),
    },
  );
  const account = table(
    { name: 'account', public: true },
    {
      client: t.u32().primaryKey(),
      calls: t.u32(),
      sum: t.i64(),
      ...((isWider ? { motto: t.string().optional() } : {}) as Record<never, never>),
      lastEntry: t.u32(),
      /** Entries of calls below it are folded into the two sums and gone. */
      settledBelow: t.u32(),
      settledCalls: t.u32(),
      settledSum: t.i64(),
      /** As `calls`, but kept by snapshots alone. */
      glance: t.u32().persist('snapshot'),
    },
  );
  const total = table(
    { name: 'total', public: true },
    { id: t.u8().primaryKey(), calls: t.u32(), sum: t.i64(), inits: t.u32(), starts: t.u32() },
  );
  const slip = table(
    { name: 'slip', public: true, persist: 'never' },
    { id: t.u64().primaryKey().autoInc(), client: t.u32().index(), call: t.u32() },
  );
  const alarm = table(
    { name: 'alarm', public: true },
    { id: t.u64().primaryKey().autoInc(), at: t.scheduleAt(), client: t.u32().index(), call: t.u32() },
  );
  const rung = table(
    { name: 'rung', public: true },
    { id: t.u32().primaryKey().autoInc(), alarm: t.u64(), client: t.u32().index(), call: t.u32() },
  );
  /** How often a connection was told to have come and gone. */
  const visit = table(
    { name: 'visit', public: true },
    { connection: t.connectionId().primaryKey(), came: t.u8(), went: t.u8() },
  );

  const chest = table({ name: 'chest', public: true }, { id: t.u32().primaryKey().autoInc(), label: t.string() });
  const removed = isWider ? [] : ['chest', 'entry.weight', 'account.motto'];
  const more = (isWider ? { chest } : {}) as Record<never, never>;
  const world = schema({ entry, account, total, slip, alarm, rung, visit, ...more }, { tickRate, removed });

  const begin = world.init((ctx) => {
    ctx.db.total.insert({ id: 1, calls: 0, sum: 0n, inits: 1, starts: 0 });
  });

  const wake = world.started((ctx) => {
    ctx.db.total.id.edit(1).starts += 1;
  });

  const come = world.clientConnected((ctx) => {
    const connection = ctx.connectionId!;
    const known = ctx.db.visit.connection.find(connection);
    ctx.db.visit.connection.upsert({ connection, came: (known?.came ?? 0) + 1, went: known?.went ?? 0 });
  });

  const go = world.clientDisconnected((ctx) => {
    const connection = ctx.connectionId!;
    const known = ctx.db.visit.connection.find(connection);
    ctx.db.visit.connection.upsert({ connection, came: known?.came ?? 0, went: (known?.went ?? 0) + 1 });
  });

  /** `alarmMs`: sets an alarm so far ahead; 0: none. */
  const record = world.reducer(
    { client: t.u32(), call: t.u32(), amount: t.i32(), alarmMs: t.u32(), note: t.string() },
    (ctx, { client, call, amount, alarmMs, note }) => {
      ctx.db.slip.client.delete(client);
      const slip = ctx.db.slip.insert({ id: 0n, client, call }).id;
      const at = ScheduleAt.time(ctx.timestamp.microsSinceUnixEpoch + BigInt(alarmMs) * 1000n);
      const alarm = alarmMs === 0 ? 0n : ctx.db.alarm.insert({ id: 0n, at, client, call }).id;
      const { id } = ctx.db.entry.insert({ id: 0, client, call, at: ctx.timestamp, amount, slip, alarm, note });
      const known = ctx.db.account.client.find(client);
      if (known === null) ctx.db.account.insert({ ...NEW_ACCOUNT, client });
      const account = ctx.db.account.client.edit(client);
      account.calls += 1;
      account.sum += BigInt(amount);
      account.lastEntry = id;
      account.glance = account.calls;
      const total = ctx.db.total.id.edit(1);
      total.calls += 1;
      total.sum += BigInt(amount);
    },
  );

  /** Writes as `record` does, and refuses then: nothing of it may ever be seen. */
  const refuse = world.reducer({ client: t.u32(), call: t.u32() }, (ctx, { client, call }) => {
    const nothing = { id: 0, amount: 1, slip: 0n, alarm: 0n, note: 'refused' };
    ctx.db.entry.insert({ ...nothing, client, call, at: ctx.timestamp });
    ctx.db.total.id.edit(1).calls += 1000;
    throw new SenderError('not today');
  });

  /** Folds the client's entries of calls below `below` into its account. */
  const settle = world.reducer({ client: t.u32(), below: t.u32() }, (ctx, { client, below }) => {
    if (ctx.db.account.client.find(client) === null) return;
    const account = ctx.db.account.client.edit(client);
    if (below <= account.settledBelow) return;
    account.settledBelow = below;
    for (const { id, call, amount } of ctx.db.entry.client.filter(client)) {
      if (call >= below) continue;
      account.settledCalls += 1;
      account.settledSum += BigInt(amount);
      ctx.db.entry.id.delete(id);
    }
    for (const { id, call } of ctx.db.alarm.client.filter(client)) if (call < below) ctx.db.alarm.id.delete(id);
    for (const { id, call } of ctx.db.rung.client.filter(client)) if (call < below) ctx.db.rung.id.delete(id);
  });

  /** Forgets connections that have come and gone. */
  const sweep = world.reducer((ctx) => {
    for (const { connection, came, went } of ctx.db.visit.iter()) {
      if (came === 1 && went === 1) ctx.db.visit.connection.delete(connection);
    }
  });

  const ring = world.reducer({ onSchedule: alarm }, { due: alarm.rowType }, (ctx, { due }) => {
    ctx.db.rung.insert({ id: 0, alarm: due.id, client: due.client, call: due.call });
  });

  return { world, begin, wake, come, go, record, refuse, settle, sweep, ring };
}

const NEW_ACCOUNT = {
  calls: 0,
  sum: 0n,
  lastEntry: 0,
  settledBelow: 0,
  settledCalls: 0,
  settledSum: 0n,
  glance: 0,
};
