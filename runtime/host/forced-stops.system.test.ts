import { afterEach, expect, test } from 'vitest';
import { serverLog } from './server-log.ts';
import { startServer, type ServerOptions } from './start-server.ts';
import type { RunningServer } from './running-server.ts';
import { WireClient } from './testing/wire-client.ts';
import { writeModule } from './testing/write-module.ts';

const logged: Record<string, unknown>[] = [];
const running: RunningServer[] = [];

async function start(modulePath: string, options: Partial<ServerOptions> = {}): Promise<RunningServer> {
  const log = serverLog({
    isForPeople: false,
    write: (line) => logged.push(JSON.parse(line) as Record<string, unknown>),
  });
  const server = await startServer({ modulePath, port: 0, database: 'hall', log, callMsMax: 40, ...options });
  running.push(server);
  return server;
}

async function join(server: RunningServer): Promise<WireClient> {
  const client = new WireClient(server.address, 'hall');
  await client.until(() => client.welcome !== null || client.closed !== null);
  return client;
}

const outcomes = (client: WireClient): string[] =>
  client.results.map(({ sequence, status, code }) => `${sequence} ${code || status}`);

const stops = (): string[] =>
  logged.filter(({ code }) => code !== undefined).map(({ code, origin, place }) => `${code} ${origin} ${place}`);

const suspended = (): string[] => stops().filter((line) => line.startsWith('CALL_SUSPENDED'));

const stopsOf = (origin: string): number => stops().filter((line) => line.startsWith(`CALL_STOPPED ${origin} `)).length;

afterEach(async () => {
  for (const server of running.splice(0)) await server.stop('the test is over');
  logged.length = 0;
});

const HEAD = `import { schema, table, t, ScheduleAt } from '@tickbase/schema';
const note = table({ name: 'note', public: true }, { id: t.u32().primaryKey(), text: t.string() });
const alarm = table({ name: 'alarm' }, { id: t.u64().primaryKey().autoInc(), at: t.scheduleAt() });
const tables = { note, alarm };
`;

/** Notes, and a reducer that writes some and then does not return. */
const notes = (tickRate: number, more = ''): string =>
  writeModule(`${HEAD}const game = schema(tables, { tickRate: ${tickRate} });
export default game;
export const write = game.reducer({ id: t.u32() }, (ctx, { id }) => {
  ctx.db.note.insert({ id, text: 'written' });
});
export const spin = game.reducer({ id: t.u32() }, (ctx, { id }) => {
  ctx.db.note.insert({ id, text: 'half done' });
  try {
    for (let i = 0; ; i++) ctx.db.note.id.upsert({ id: id + 1 + (i % 9), text: 'turn ' + i });
  } catch (error) {
    console.log('caught ' + error);
  } finally {
    console.log('finally');
  }
});
export const count = game.reducer((ctx) => {
  console.info('notes ' + [...ctx.db.note].map(({ id }) => id).join());
});
${more}`);

const id = (value: number): Uint8Array => new Uint8Array([value, 0, 0, 0]);

for (const tickRate of [0, 50]) {
  test(`at ${tickRate} ticks a second a reducer that does not return is stopped, undone and named, and the next ones run`, async () => {
    const client = await join(await start(notes(tickRate)));
    client.call(1, 'write', id(5));
    client.call(2, 'spin', id(20));
    client.call(3, 'write', id(6));
    client.call(4, 'count');
    await client.until(() => client.results.length === 4);
    expect(outcomes(client)).toEqual(['1 committed', '2 CALL_STOPPED', '3 committed', '4 committed']);
    expect(stops()).toEqual(['CALL_STOPPED spin src/index.ts:10:14']);
    const stop = logged.find(({ code }) => code === 'CALL_STOPPED')!;
    expect(stop['msg']).toBe('spin ran longer than its 40 ms and was stopped; what it wrote is undone');
    expect(stop['sender']).toBe(client.welcome!.identity.toString(16).padStart(64, '0'));
    const lines = logged.map(({ msg }) => String(msg));
    expect(lines.filter((line) => /^(notes|caught|finally)/.test(line))).toEqual(['notes 5,6']);
  });

  test(`at ${tickRate} ticks a second many calls that wait together fare the same`, async () => {
    const client = await join(await start(notes(tickRate)));
    for (let i = 1; i <= 30; i++) client.call(i, i === 15 ? 'spin' : 'write', id(40 + i));
    client.call(31, 'count');
    await client.until(() => client.results.length === 31);
    const failed = client.results.filter(({ status }) => status !== 'committed');
    expect(failed).toMatchObject([{ sequence: 15, code: 'CALL_STOPPED' }]);
    const ids = Array.from({ length: 30 }, (_, i) => 41 + i).filter((number) => number !== 55);
    expect(logged.map(({ msg }) => msg)).toContain(`notes ${ids.join()}`);
  });
}

test('who is stopped three times is refused that reducer for a while, and nobody else is', async () => {
  const server = await start(notes(50));
  const [ann, bob] = [await join(server), await join(server)];
  for (const sequence of [1, 2, 3, 4]) {
    ann.call(sequence, 'spin', id(20));
    await ann.until(() => ann.results.length === sequence);
  }
  ann.call(5, 'write', id(7));
  await ann.until(() => ann.results.length === 5);
  bob.call(1, 'spin', id(20));
  await bob.until(() => bob.results.length === 1);
  const stopped = [1, 2, 3].map((sequence) => `${sequence} CALL_STOPPED`);
  expect(outcomes(ann)).toEqual([...stopped, '4 CALL_SUSPENDED', '5 committed']);
  expect(outcomes(bob)).toEqual(['1 CALL_STOPPED']);
  expect(stops().filter((line) => line.startsWith('CALL_SUSPENDED'))).toHaveLength(1);
});

test('systems and timers that do not return are stopped and in the end left out; the tick goes on', async () => {
  const server = await start(
    notes(
      50,
      `export const hang = game.system({ everyTicks: 1 }, (ctx) => {
  ctx.db.note.id.upsert({ id: 90, text: 'by the system' });
  for (;;);
});
export const work = game.system({ everyTicks: 1 }, (ctx) => {
  ctx.db.note.id.upsert({ id: 91, text: 'tick ' + ctx.tick });
});
export const begin = game.init((ctx) => {
  ctx.db.alarm.insert({ id: 0n, at: ScheduleAt.interval(40_000n) });
  ctx.db.alarm.insert({ id: 0n, at: ScheduleAt.time(ctx.timestamp.microsSinceUnixEpoch) });
});
export const ring = game.reducer({ onSchedule: alarm }, { arg: alarm.rowType }, (ctx, { arg }) => {
  ctx.db.note.id.upsert({ id: 92, text: 'by alarm ' + arg.id });
  for (;;);
});
export const alarms = game.reducer((ctx) => {
  console.info('alarms ' + [...ctx.db.alarm].map(({ id, at }) => id + at.tag).join());
});
`,
    ),
  );
  const client = await join(server);
  while (suspended().length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
  client.call(1, 'count');
  client.call(2, 'alarms');
  await client.until(() => client.results.length === 2);
  expect([stopsOf('hang'), stopsOf('ring')]).toEqual([3, 3]);
  expect(logged.map(({ msg }) => msg)).toContain('notes 91');
  // One that rings at a time has had its time, one with an interval stays.
  expect(logged.map(({ msg }) => msg)).toContain('alarms 1Interval');
}, 30_000);

test('a client whose hook does not return is refused', async () => {
  const client = await join(
    await start(notes(50, `export const come = game.clientConnected((ctx) => { if (ctx.connectionId) for (;;); });`)),
  );
  expect(client.closed?.reason).toMatch(/^INTERNAL_ERROR|refused/i);
  expect(stops()).toEqual([expect.stringMatching(/^CALL_STOPPED come src\/index\.ts:/)]);
});

test('an interest function that does not return counts as failed; others see what they saw', async () => {
  const server = await start(
    writeModule(`import { schema, table, t } from '@tickbase/schema';
const body = table(
  { name: 'body', public: true, spatial: { x: 'x', y: 'y', cell: 16 } },
  { id: t.u32().primaryKey(), owner: t.identity().unique(), x: t.f32(), y: t.f32() },
);
const game = schema({ body }, { tickRate: 50 });
export default game;
export const interest = game.interest({
  radiusMax: 32,
  centre: (ctx) => {
    const mine = ctx.db.body.owner.find(ctx.sender);
    if (mine && mine.x > 100) for (;;);
    return mine;
  },
});
export const come = game.clientConnected((ctx) => { ctx.db.body.insert({ id: Number(ctx.db.body.count()) + 3, owner: ctx.sender, x: 7, y: 9 }); });
export const go = game.reducer({ x: t.f32() }, (ctx, { x }) => { ctx.db.body.owner.edit(ctx.sender)!.x = x; });
`),
  );
  const [ann, bob] = [await join(server), await join(server)];
  for (const client of [ann, bob]) {
    client.send({ kind: 'subscribe', querySetId: 3, queries: ['SELECT * FROM body WITHIN 20'] });
    await client.until(() => client.applied.includes(3));
  }
  const at = new DataView(new ArrayBuffer(4));
  at.setFloat32(0, 200, true);
  ann.call(1, 'go', new Uint8Array(at.buffer));
  await ann.until(() => ann.results.length === 1);
  bob.call(1, 'go', new Uint8Array([0, 0, 0, 65]));
  await bob.until(() => bob.results.length === 1);
  expect([outcomes(ann), outcomes(bob)]).toEqual([['1 committed'], ['1 committed']]);
  expect(stops()[0]).toMatch(/^CALL_STOPPED interest /);
});

test('an init that does not return keeps the world from starting', async () => {
  const folder = notes(50, 'export const begin = game.init(() => { for (;;); });');
  await expect(start(folder, { startHookMsMax: 60 })).rejects.toThrow(
    /START_HOOK_FAILED: init threw: begin ran longer than its 60 ms and was stopped\n {2}where: src\/index\.ts:/,
  );
});

test('promises that do not end are dropped, and calls go on', async () => {
  const more = `export const promise = game.reducer(() => {
  const again = (): Promise<void> => Promise.resolve().then(again);
  void again();
});`;
  const client = await join(await start(notes(50, more)));
  client.call(1, 'promise');
  client.call(2, 'write', id(8));
  client.call(3, 'count');
  await client.until(() => client.results.length === 3);
  expect(outcomes(client)).toEqual(['1 committed', '2 committed', '3 committed']);
  expect(logged.map(({ msg }) => msg)).toContain('promises of the module were dropped: they do not end');
});
