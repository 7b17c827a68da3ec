import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { RunningServer } from '../running-server.ts';
import { serverLog } from '../server-log.ts';
import { startServer, type ServerOptions } from '../start-server.ts';
import { WireClient } from '../testing/wire-client.ts';
import { writeModule } from '../testing/write-module.ts';

const logged: { msg: string; origin?: string }[] = [];
const running: RunningServer[] = [];

function listen(line: string): void {
  logged.push(JSON.parse(line) as { msg: string });
}

async function start(modulePath: string, options: Partial<ServerOptions> = {}): Promise<RunningServer> {
  const log = serverLog({ isForPeople: false, write: listen });
  const server = await startServer({ modulePath, port: 0, database: 'ledger', log, ...options });
  running.push(server);
  return server;
}

afterEach(async () => {
  for (const server of running.splice(0)) await server.stop('the test is over');
  logged.length = 0;
});

/** Its `started` says what the world is brought back with. `extra`: more of the module's source. */
function ledgerModule(extra = ''): string {
  return writeModule(ledgerSource(extra));
}

function ledgerSource(extra: string): string {
  return `import { schema, table, t, ScheduleAt } from '@tickbase/schema';
const entry = table({ name: 'entry', public: true, persist: 'snapshot' }, {
  id: t.u32().primaryKey().autoInc(), owner: t.identity().index('btree'), note: t.string().persist('commit'),
  mark: t.byteArray().persist('commit'), steps: t.u16(),
});
const guest = table({ name: 'guest', persist: 'never' }, { id: t.u32().primaryKey().autoInc(), name: t.string() });
const bell = table({ name: 'bell' }, { id: t.u64().primaryKey().autoInc(), at: t.scheduleAt() });
const game = schema({ entry, guest, bell }, { tickRate: 50 });
export default game;
export const begin = game.init((ctx) => {
  console.info('init');
  ctx.db.bell.insert({ id: 0n, at: ScheduleAt.interval(30_000n) });
});
export const wake = game.started((ctx) => {
  const rows = [...ctx.db.entry.iter()].map(({ id, note, mark, steps }) =>
    [id, note, [...mark].join(' '), mark.constructor === Uint8Array, steps]);
  const next = ctx.db.guest.insert({ id: 0, name: 'after the start' }).id;
  console.info('started ' + JSON.stringify({ rows, guests: Number(ctx.db.guest.count()), next }));
});
export const leave = game.clientDisconnected((ctx) => {
  console.info('left ' + [...ctx.db.entry.owner.filter(ctx.sender)].length);
});
export const write = game.reducer((ctx) => {
  ctx.db.guest.insert({ id: 0, name: 'new' });
  const { id } = ctx.db.entry.insert({ id: 0, owner: ctx.sender, note: 'n', mark: new Uint8Array([7, 8]), steps: 3 });
  ctx.db.entry.id.edit(id).note = 'note ' + id;
});
export const walk = game.reducer((ctx) => {
  for (const row of ctx.db.entry.owner.edit(ctx.sender)) row.steps += 40;
});
export const ring = game.reducer({ onSchedule: bell }, { arg: bell.rowType }, () => console.info('ring'));
${extra}
`;
}

const said = (origin: string): string[] => logged.filter((line) => line.origin === origin).map(({ msg }) => msg);

async function client(server: RunningServer): Promise<WireClient> {
  const made = new WireClient(server.address, 'ledger');
  await made.until(() => made.welcome !== null);
  return made;
}

async function call(caller: WireClient, ...reducers: string[]): Promise<void> {
  const before = caller.results.length;
  reducers.forEach((reducer, i) => caller.call(before + i + 1, reducer));
  await caller.until(() => caller.results.length === before + reducers.length);
  expect(caller.results.every(({ status }) => status === 'committed')).toBe(true);
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

test('a world is found again: rows, walked steps, sequences, timers; init ran once, and who was there has left', async () => {
  const modulePath = ledgerModule();
  const first = await start(modulePath);
  const ann = await client(first);
  await call(ann, 'write', 'write', 'walk');
  await first.stop('for the test');
  logged.length = 0;
  await start(modulePath);
  expect(said('begin')).toEqual([]);
  expect(said('leave')).toEqual(['left 2']);
  const rows = [1, 2].map((id) => [id, `note ${id}`, '7 8', true, 43]);
  expect(said('wake')).toEqual([`started ${JSON.stringify({ rows, guests: 1, next: 4 })}`]);
  await until(() => said('ring').length > 0);
  expect(readdirSync(join(modulePath, '.tickbase', 'snapshots'))).toHaveLength(1);
});

test('a server that ends by a fault leaves all that was confirmed; what only snapshots keep goes back to the last one', async () => {
  const modulePath = ledgerModule(`export const spoil = game.reducer(() => { Array.prototype.push = () => 0; });`);
  const first = await start(modulePath);
  const ann = await client(first);
  await call(ann, 'write');
  await call(ann, 'walk');
  ann.call(3, 'spoil');
  expect(await first.ended).not.toBeNull();
  running.length = 0;
  logged.length = 0;
  await start(modulePath);
  expect(said('leave')).toEqual(['left 1']);
  expect(said('wake')).toEqual([
    `started ${JSON.stringify({ rows: [[1, 'note 1', '7 8', true, 3]], guests: 1, next: 3 })}`,
  ]);
});

test('an init that failed runs again, and only it', async () => {
  const modulePath = ledgerModule(`console.info('loaded');`);
  const file = join(modulePath, 'src', 'index.ts');
  writeFileSync(file, ledgerSource('').replace(`console.info('init');`, `throw new Error('no');`));
  await expect(start(modulePath)).rejects.toThrow(/START_HOOK_FAILED/);
  writeFileSync(file, ledgerSource(''));
  await start(modulePath);
  expect(said('begin').at(-1)).toBe('init');
});

test('a module whose tables have changed finds its rows again; one that does not fit them is refused, and nothing is lost', async () => {
  const modulePath = ledgerModule();
  const first = await start(modulePath);
  await call(await client(first), 'write');
  await first.stop('for the test');
  const file = join(modulePath, 'src', 'index.ts');
  const changed = ledgerSource('')
    .replace('steps: t.u16(),', `steps: t.u32(), mood: t.string().default('calm'),`)
    .replace('steps])', 'steps, ctx.db.entry.id.find(id)!.mood])');
  writeFileSync(file, ledgerSource('').replace('steps: t.u16()', 'steps: t.string()'));
  await expect(start(modulePath)).rejects.toThrow(/MIGRATION_REFUSED/);
  logged.length = 0;
  writeFileSync(file, changed);
  const third = await start(modulePath);
  const rows = [[1, 'note 1', '7 8', true, 3, 'calm']];
  expect(said('wake')).toEqual([`started ${JSON.stringify({ rows, guests: 1, next: 3 })}`]);
  await third.stop('for the test');
  logged.length = 0;
  await start(modulePath);
  expect(said('wake')).toEqual([`started ${JSON.stringify({ rows, guests: 1, next: 4 })}`]);
});

test('a data folder with a damaged log is refused with the place, and stays as it is', async () => {
  const modulePath = ledgerModule();
  mkdirSync(join(modulePath, '.tickbase', 'log'), { recursive: true });
  const path = join(modulePath, '.tickbase', 'log', '0000000001.log');
  writeFileSync(path, 'this is no log');
  await expect(start(modulePath)).rejects.toThrow(/LOG_[A-Z_]+[^]*0000000001\.log/);
  expect(existsSync(path)).toBe(true);
});
