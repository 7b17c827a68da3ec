import { writeModule } from './write-module.ts';

/** A module of a few purses, at the given rate: it pays, refuses, fails, counts its clients and has a timer. */
export function testModule(tickRate: number): string {
  return writeModule(`import { schema, table, t, SenderError, ScheduleAt } from '@tickbase/schema';
const purse = table({ name: 'purse', public: true }, { id: t.u32().primaryKey(), gold: t.i64() });
const guest = table({ name: 'guest', public: true }, { identity: t.identity().primaryKey(), visits: t.u32() });
const bell = table({ name: 'bell' }, { id: t.u64().primaryKey().autoInc(), at: t.scheduleAt() });
const game = schema({ purse, guest, bell }, { tickRate: ${tickRate} });
export default game;

export const begin = game.init((ctx) => {
  ctx.db.purse.insert({ id: 3, gold: 100n });
  ctx.db.bell.insert({ id: 0n, at: ScheduleAt.interval(40_000n) });
  console.info('the purse is filled');
});
export const come = game.clientConnected((ctx) => {
  const known = ctx.db.guest.identity.find(ctx.sender);
  if (known) ctx.db.guest.identity.update({ ...known, visits: known.visits + 1 });
  else ctx.db.guest.insert({ identity: ctx.sender, visits: 1 });
});
export const pay = game.reducer({ gold: t.i64() }, (ctx, { gold }) => {
  const mine = ctx.db.purse.id.find(3)!;
  ctx.db.purse.id.update({ ...mine, gold: mine.gold - gold });
  if (mine.gold < gold) throw new SenderError('not enough gold');
});
export const stumble = game.reducer((ctx) => {
  const nobody = ctx.db.purse.id.find(4)!;
  console.log(nobody.gold);
});
export const promise = game.reducer(() => {
  void Promise.reject(new Error('never awaited'));
});
export const ring = game.reducer({ onSchedule: bell }, { arg: bell.rowType }, (ctx, { arg }) => {
  console.info('bell ' + arg.id + ' rings for ' + (ctx.connectionId === null ? 'the module' : 'a client'));
});
`);
}
