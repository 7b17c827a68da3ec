import { assignIds, planMigration } from '@tickbase/schema/plan';
import { expect, test } from 'vitest';
import { migrateTables } from '../../store/index.ts';
import type { World } from '../../transactions/world.ts';
import { loadModule } from '../load-module.ts';
import { writeModule } from '../testing/write-module.ts';
import { carryTimers, carryWorld, movedTables } from './carry-world.ts';

function mill(tables: string, names: string): string {
  return writeModule(`import { schema, table, t, ScheduleAt } from '@tickbase/schema';
const bell = table({}, { id: t.u64().primaryKey().autoInc(), at: t.scheduleAt() });
${tables}
const game = schema({ ${names} }, { tickRate: 10 });
export default game;
export const begin = game.init((ctx) => {
  ctx.db.bell.insert({ id: 0n, at: ScheduleAt.interval(700_000n) });
});
export const ring = game.reducer({ onSchedule: bell }, { arg: bell.rowType }, () => {});
export const turn = game.system({ everyTicks: 3 }, () => {});
`);
}

const SACK = 'const sack = table({}, { id: t.u32().primaryKey() });';

async function replaced(): Promise<{ before: World; after: World }> {
  const first = await loadModule(mill(SACK, 'sack, bell'));
  const before = first.createWorld(assignIds(first.plan, null), 9n, 8);
  before.addCaller(31n, 41n);
  before.addCaller(32n, 42n);
  before.addCaller(33n, 43n);
  before.beginTick(6, 1_000_000, 1);
  before.runHook('init', -1);
  before.runSystem(0);
  before.removeCaller(1);
  before.seal();
  const second = await loadModule(mill(SACK.replaceAll('sack', 'barn'), 'bell, barn'));
  const after = second.createWorld(assignIds(second.plan, before.plan), 9n, 8);
  const migration = planMigration(before.plan, after.plan, (position) => position === 0);
  expect(migrateTables(before.tables, after.tables, migration)).toEqual([]);
  expect(movedTables(2, migration)).toEqual([-1, 0]);
  carryWorld(before, after);
  after.beginTick(7, 1_400_000, 1);
  carryTimers(before, after, migration);
  after.seal();
  return { before, after };
}

test('callers keep their handles, and one that is free is given again', async () => {
  const { after } = await replaced();
  const callers: string[] = [];
  after.eachCaller((handle, identity, connectionId) => callers.push(`${handle}: ${identity} ${connectionId}`));
  expect(callers).toEqual(['0: 31 41', '2: 33 43']);
  expect([after.addCaller(34n, 44n), after.addCaller(35n, 45n)]).toEqual([1, 3]);
});

test('an interval is due when it was, and then at whole intervals from there', async () => {
  const { before, after } = await replaced();
  expect(after.nextTimerUs()).toBe(before.nextTimerUs());
  expect(after.nextTimerUs()).toBe(1_700_000);
  after.beginTick(8, 1_750_000, 1);
  expect(after.runDueTimers(5)).toBe(1);
  after.seal();
  expect(after.nextTimerUs()).toBe(2_400_000);
});

test('a system knows when it ran last', async () => {
  const { after } = await replaced();
  expect(after.lastRunOf(0)).toBe(6);
});
