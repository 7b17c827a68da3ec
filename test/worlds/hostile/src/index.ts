import { ScheduleAt, schema, SenderError, t, table } from '@tickbase/schema';

/** One row that changes each tick, so that who watches it can tell that no tick was left out. */
const beat = table({ name: 'beat', public: true }, { id: t.u8().primaryKey(), count: t.u32() });

/** Bodies that move each tick; where they are follows from the beat. */
const mover = table(
  { name: 'mover', public: true, spatial: { x: 'x', y: 'y', cell: 16 } },
  { id: t.u32().primaryKey().autoInc(), x: t.f64(), y: t.f64() },
);

/** What clients put somewhere. */
const mark = table(
  { name: 'mark', public: true, spatial: { x: 'x', y: 'y', cell: 16 } },
  { id: t.u32().primaryKey().autoInc(), x: t.f32(), y: t.f32() },
);

/** Long rows: what a slow reader chokes on. */
const ballast = table({ name: 'ballast', public: true }, { id: t.u16().primaryKey(), text: t.string() });

const secret = table({ name: 'secret' }, { id: t.u16().primaryKey(), text: t.string() });
const few = table({ name: 'few', public: true }, { id: t.u8().primaryKey().autoInc() });
const alarm = table({ name: 'alarm' }, { id: t.u64().primaryKey().autoInc(), at: t.scheduleAt() });

const game = schema({ beat, mover, mark, ballast, secret, few, alarm }, { tickRate: 50 });
export default game;

const MOVER_COUNT = 30;

export const begin = game.init((ctx) => {
  ctx.db.beat.insert({ id: 1, count: 0 });
  for (let i = 0; i < MOVER_COUNT; i++) ctx.db.mover.insert({ id: 0, x: i, y: 0 });
  ctx.db.secret.insert({ id: 9, text: 'nobody may read this' });
  ctx.db.alarm.insert({ id: 0n, at: ScheduleAt.interval(60_000_000n) });
});

export const come = game.clientConnected(() => {});
export const go = game.clientDisconnected(() => {});

/** Everybody looks at the same place. */
export const interest = game.interest({ radiusMax: 64, centre: () => ({ x: 10, y: 2 }) });

export const advance = game.system({ everyTicks: 1 }, (ctx) => {
  const pulse = ctx.db.beat.id.edit(1);
  pulse.count += 1;
  for (const { id } of ctx.db.mover.iter()) ctx.db.mover.id.edit(id).y = (pulse.count + id) % 16;
});

export const ring = game.reducer({ onSchedule: alarm }, { arg: alarm.rowType }, () => {});

/** An honest client's call. */
export const put = game.reducer({ x: t.f32(), y: t.f32() }, (ctx, { x, y }) => {
  ctx.db.mark.insert({ id: 0, x, y });
});

/** Coordinates that only the module's own arithmetic makes: dividing by 0 gives an infinite one, or NaN. */
export const divide = game.reducer({ x: t.f32(), by: t.f32() }, (ctx, { x, by }) => {
  ctx.db.mark.insert({ id: 0, x: x / by, y: 0 });
});

export const describe = game.reducer(
  {
    isTrue: t.bool(),
    mood: t.enum('Mood', ['Calm', 'Angry']),
    text: t.string(),
    list: t.array(t.u16()),
    maybe: t.option(t.u64()),
  },
  () => {},
);

/** Writes so much text that each who watches the table is sent it whole. */
export const load = game.reducer({ kilobytes: t.u16() }, (ctx, { kilobytes }) => {
  const text = String.fromCharCode(97 + ctx.random.integerInRange(0, 25)).repeat(kilobytes * 1024);
  if (ctx.db.ballast.id.find(7)) ctx.db.ballast.id.update({ id: 7, text });
  else ctx.db.ballast.insert({ id: 7, text });
});

/** Rows of about a megabyte each: more in one tick than a send buffer holds. */
export const pile = game.reducer({ rows: t.u16() }, (ctx, { rows }) => {
  for (let i = 0; i < rows; i++) ctx.db.ballast.insert({ id: 100 + i, text: 'p'.repeat(1_000_000) });
});

/** More rows in one call than any client is owed. */
export const crowd = game.reducer({ count: t.u32() }, (ctx, { count }) => {
  for (let i = 0; i < count; i++) ctx.db.mark.insert({ id: 0, x: 5000 + (i % 100), y: 5000 });
});

export const exhaust = game.reducer((ctx) => {
  for (let i = 0; i < 300; i++) ctx.db.few.insert({ id: 0 });
});

export const recurse = game.reducer((ctx) => {
  const deeper = (depth: number): number => {
    ctx.db.secret.insert({ id: 10 + (depth % 60_000), text: 'deep' });
    return deeper(depth + 1) + 1;
  };
  deeper(0);
});

const nasty = (): never => {
  throw new Error('asked too much');
};

/** Ends in ways in which no well-meaning module ends. */
export const misbehave = game.reducer({ how: t.string() }, (ctx, { how }) => {
  ctx.db.secret.insert({ id: 11, text: how });
  if (how === 'null') throw null;
  if (how === 'text') throw 'a plain text';
  if (how === 'symbol') throw Symbol('odd');
  if (how === 'bare object') throw Object.create(null);
  if (how === 'toString') throw { toString: nasty };
  if (how === 'message') throw Object.defineProperty(new Error('x'), 'message', { get: nasty });
  if (how === 'stack') throw Object.defineProperty(new Error('x'), 'stack', { get: nasty });
  if (how === 'proxy') throw new Proxy({}, { get: nasty, getPrototypeOf: nasty, has: nasty });
  if (how === 'sender error without text') throw Object.assign(new SenderError('x'), { message: { length: 3 } });
  if (how === 'sender error that throws') {
    throw Object.defineProperty(new SenderError('x'), 'message', { get: nasty });
  }
  if (how === 'promise') return Promise.resolve() as never;
  if (how === 'odd thenable') return new Proxy({}, { has: nasty, get: nasty }) as never;
  throw new SenderError(`no such way: ${how}`);
});
