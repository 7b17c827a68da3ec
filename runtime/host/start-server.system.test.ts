import { ByteReader, ByteWriter } from '@tickbase/base';
import { afterEach, expect, test, vi } from 'vitest';
import { Gateway } from '../gateway/index.ts';
import { serverLog } from './server-log.ts';
import { startServer, type ServerOptions } from './start-server.ts';
import type { RunningServer } from './running-server.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';
import { testModule } from './testing/test-module.ts';
import { WireClient } from './testing/wire-client.ts';
import { writeModule } from './testing/write-module.ts';

const logged: Record<string, unknown>[] = [];
const running: RunningServer[] = [];

async function start(options: Partial<ServerOptions> & { modulePath: string }): Promise<RunningServer> {
  const log = serverLog({
    isForPeople: false,
    write: (line) => logged.push(JSON.parse(line) as Record<string, unknown>),
  });
  const server = await startServer({ port: 0, database: 'bank', log, ...options });
  running.push(server);
  return server;
}

afterEach(async () => {
  for (const server of running.splice(0)) await server.stop('the test is over');
  logged.length = 0;
});

function gold(amount: bigint): Uint8Array {
  const writer = new ByteWriter();
  writer.i64(amount);
  return writer.copy();
}

/** Gold of the purse in a row that a query answered. */
const goldIn = (row: Uint8Array): bigint => new ByteReader(row, 4).i64();

for (const tickRate of [0, 50]) {
  test(`at ${tickRate} ticks a second a call goes the whole way and its outcome comes back`, async () => {
    const server = await start({ modulePath: testModule(tickRate) });
    const client = new WireClient(server.address, 'bank');
    await client.until(() => client.welcome !== null);
    expect(client.welcome).toMatchObject({ database: 'bank', epoch: server.epoch, tickRate, isResumed: false });

    client.send({ kind: 'subscribe', querySetId: 7, queries: ['SELECT * FROM purse'] });
    await client.until(() => client.applied.includes(7));
    const pieces = client.pieceCount;
    expect(pieces).toBeGreaterThan(0);

    client.call(1, 'pay', gold(30n));
    client.call(2, 'pay', gold(71n));
    client.call(3, 'stumble');
    await client.until(() => client.results.length === 3);
    expect(client.results).toMatchObject([
      { sequence: 1, status: 'committed', code: '' },
      { sequence: 2, status: 'refused', code: 'SENDER_ERROR', message: 'not enough gold' },
      { sequence: 3, status: 'failed', code: 'INTERNAL_ERROR' },
    ]);
    expect(client.results[2]!.message).not.toMatch(/undefined|gold/);
    expect(client.pieceCount).toBeGreaterThan(pieces);

    client.send({ kind: 'query', requestId: 5, query: 'SELECT * FROM purse' });
    await client.until(() => client.answers.length === 1);
    expect(client.answers[0]!.rows.map(goldIn)).toEqual([70n]);
    expect(client.ticks.every((tick, i) => i === 0 || tick >= client.ticks[i - 1]!)).toBe(true);

    const failure = logged.find(({ origin }) => origin === 'stumble')!;
    expect(failure.msg).toMatch(/TypeError: .*gold[^]*at .*src\/index\.ts:\d\d:/);
    expect(logged.find(({ origin }) => origin === 'begin')).toMatchObject({ level: 30, msg: 'the purse is filled' });
    await client.close();
  });
}

const rings = (): unknown[] => logged.filter(({ origin }) => origin === 'ring').map(({ msg }) => msg);

for (const tickRate of [0, 25]) {
  test(`at ${tickRate} ticks a second timers fire without any client`, async () => {
    await start({ modulePath: testModule(tickRate) });
    while (rings().length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(rings().slice(0, 3)).toEqual(Array(3).fill('bell 1 rings for the module'));
  });
}

test('an anonymous client keeps its identity by its token, over a restart of the server', async () => {
  const modulePath = testModule(0);
  const first = await start({ modulePath });
  const ann = new WireClient(first.address, 'bank');
  await ann.until(() => ann.welcome !== null);
  await first.stop('restart');
  await ann.until(() => ann.closed !== null);
  expect(ann.closed!.code).toBe(4101);
  // The form in which the client library reads how long to stay away.
  expect(ann.closed!.reason).toMatch(/^RESTARTING: .*; come back in \d+ ms$/);

  const second = await start({ modulePath });
  expect(second.epoch).not.toBe(first.epoch);
  const again = new WireClient(second.address, 'bank', ann.welcome!.token);
  await again.until(() => again.welcome !== null);
  expect(again.welcome!.identity).toBe(ann.welcome!.identity);
  await again.close();
});

test('ids that the data folder has given stay when the module changes their order', async () => {
  const dataDir = temporaryFolder();
  const column = `{ id: t.u32().primaryKey() }`;
  const moduleOf = (names: readonly string[]): string =>
    writeModule(`import { schema, table, t } from '@tickbase/schema';
${names.map((name) => `const ${name} = table({ name: '${name}', public: true }, ${column});`).join('\n')}
export default schema({ ${names.join(', ')} });`);
  const idsOf = async (names: readonly string[]): Promise<Record<string, number>> => {
    const server = await start({ modulePath: moduleOf(names), dataDir });
    await server.stop('enough');
    return Object.fromEntries(server.plan.tables.map(({ name, id }) => [name, id]));
  };
  const first = await idsOf(['purse', 'chest']);
  const second = await idsOf(['vault', 'chest', 'purse']);
  expect(second).toMatchObject(first);
  expect(new Set(Object.values(second)).size).toBe(3);
});

test('a second server on the same folder, the same port or an address of another machine is refused', async () => {
  const modulePath = testModule(0);
  const server = await start({ modulePath });
  await expect(start({ modulePath })).rejects.toThrow(/DATA_DIR_IN_USE/);
  const other = testModule(0);
  await expect(start({ modulePath: other, port: server.port })).rejects.toThrow(
    /PORT_IN_USE[^]*asked for by the program that starts the server/,
  );
  await expect(start({ modulePath: other, host: '192.0.2.1' })).rejects.toThrow(
    /LISTEN_FAILED[^]*where: 192\.0\.2\.1:0\n/,
  );
  await start({ modulePath: other });
});

test('an init that throws keeps the world from starting, with the author’s line', async () => {
  const modulePath = writeModule(`import { schema } from '@tickbase/schema';
const game = schema({});
export default game;
export const begin = game.init(() => {
  throw new RangeError('no land');
});`);
  await expect(start({ modulePath })).rejects.toThrow(/START_HOOK_FAILED[^]*no land[^]*src\/index\.ts:5:/);
});

test('an init that the store refuses is told once, with the refusal’s place and mend', async () => {
  const modulePath = writeModule(`import { schema, t, table } from '@tickbase/schema';
const fish = table({ name: 'fish' }, { id: t.u32().primaryKey(), size: t.u32() });
const game = schema({ fish });
export default game;
const hatch = (ctx) => ctx.db.fish.insert({ id: 3, sise: 1 });
export const begin = game.init((ctx) => void hatch(ctx));`);
  const lines: string[] = [];
  const log = serverLog({ isForPeople: true, write: (line) => void lines.push(line) });
  await expect(start({ modulePath, log })).rejects.toMatchObject({
    code: 'START_HOOK_FAILED',
    what: 'init threw: STORE_UNKNOWN_COLUMN: the table has no such column',
    where: expect.stringMatching(
      /^src\/index\.ts:5:\d+, called at src\/index\.ts:6:\d+, table fish, column sise$/,
    ) as string,
    mend: 'did you mean size?; a world starts only when the hook has run to its end',
  });
  expect(lines.join('')).not.toContain('sise');
});

test('a system that throws every tick is told once, and the rest is counted', async () => {
  const modulePath = writeModule(`import { schema } from '@tickbase/schema';
const game = schema({}, { tickRate: 50 });
export default game;
export const graze = game.system({ everyTicks: 1 }, (ctx) => {
  throw new RangeError('no grass in tick ' + ctx.tick);
});`);
  const lines: string[] = [];
  const log = serverLog({ isForPeople: true, write: (line) => void lines.push(line) });
  const server = await start({ modulePath, log });
  const { tick } = server.health();
  await expect.poll(() => server.health().tick).toBeGreaterThan(tick + 5);
  await server.stop('done');
  const told = lines.filter((line) => line.includes('no grass'));
  expect(told).toHaveLength(2);
  expect(told[1]).toMatch(
    / \d+ times more: RangeError: no grass in tick \d+ origin=graze sender=[0-9a-f]{64} times=\d+\n$/,
  );
});

test('a name that cannot stand in an address is refused', async () => {
  await expect(start({ modulePath: testModule(0), database: 'a/b' })).rejects.toThrow(/DATABASE_NAME/);
});

test('a server at 50 ticks a second keeps its pace and tells its health', async () => {
  const server = await start({ modulePath: testModule(50) });
  const health = async (): Promise<Record<string, unknown>> =>
    (await (await fetch(`${server.address}/v1/health`)).json()) as Record<string, unknown>;
  const { tick } = (await health()) as { tick: number };
  while (((await health()) as { tick: number }).tick < tick + 10)
    await new Promise((resolve) => setTimeout(resolve, 5));
  expect(await health()).toMatchObject({
    status: 'ok',
    database: 'bank',
    epoch: server.epoch,
    tickRate: 50,
    clients: 0,
  });
});

test('a tick that throws ends the server: clients are told to come back, and the folder is free', async () => {
  const modulePath = testModule(20);
  const server = await start({ modulePath });
  const client = new WireClient(server.address, 'bank');
  await client.until(() => client.welcome !== null);
  const fault = new Error('columns and index disagree');
  vi.spyOn(Gateway.prototype, 'endTick').mockImplementationOnce(() => {
    throw fault;
  });
  expect(await server.ended).toBe(fault);
  await client.until(() => client.closed !== null);
  expect(client.closed!.code).toBe(4105);
  expect(logged.find(({ level }) => level === 60)).toMatchObject({ err: { message: fault.message } });
  await start({ modulePath });
});

for (const tickRate of [0, 50]) {
  test(`at ${tickRate} ticks a second an observer sees what each tick left, and where its time went`, async () => {
    const seen: { tick: number; gold: bigint; wholeUs: number; partsUs: number }[] = [];
    const sent: Promise<number>[] = [];
    const server = await start({
      modulePath: testModule(tickRate),
      observeTick: ({ tick, tables, tookUs, sentLaterMs }) => {
        sent.push(sentLaterMs);
        const purse = tables.find(({ plan }) => plan.name === 'purse')!;
        const { whole, ...parts } = tookUs;
        const partsUs = Object.values(parts).reduce((sum, us) => sum + us, 0);
        seen.push({ tick, gold: purse.valueAt(1, purse.live.indexOf(1)) as bigint, wholeUs: whole, partsUs });
      },
    });
    const client = new WireClient(server.address, 'bank');
    await client.until(() => client.welcome !== null);
    client.call(1, 'pay', gold(30n));
    await client.until(() => client.results.length === 1);
    const before = seen.findIndex((step) => step.tick >= client.results[0]!.tick);
    const after = seen.length;
    while (seen.length <= after) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(seen.slice(0, before).every((step) => step.gold === 100n)).toBe(true);
    expect(seen.slice(before).every((step) => step.gold === 70n)).toBe(true);
    expect(seen.every((step, i) => i === 0 || step.tick > seen[i - 1]!.tick)).toBe(true);
    expect(seen.every(({ wholeUs, partsUs }) => partsUs > 0 && wholeUs >= partsUs)).toBe(true);
    expect(new Set(await Promise.all(sent))).toEqual(new Set([0]));
    await client.close();
  });
}

test('a module that overwrites what is of the language while it runs ends the server with a code', async () => {
  const modulePath = writeModule(`import { schema, table, t } from '@tickbase/schema';
const note = table({ name: 'note', public: true }, { id: t.u32().primaryKey() });
const game = schema({ note }, { tickRate: 50 });
export default game;
export const spoil = game.reducer(() => { (Array.prototype as any).push = function () { return 0; }; });
`);
  const server = await start({ modulePath });
  const client = new WireClient(server.address, 'bank');
  await client.until(() => client.welcome !== null);
  client.call(1, 'spoil');
  expect(await server.ended).toMatchObject({ code: 'MODULE_BUILTIN_CHANGED' });
  expect(logged.find(({ level }) => level === 60)).toMatchObject({
    code: 'MODULE_BUILTIN_CHANGED',
    msg: expect.stringContaining('Array.prototype.push') as string,
  });
});

test('a client that asks for another database is told of in the log, by the name that it asked for', async () => {
  const server = await start({ modulePath: testModule(0) });
  const client = new WireClient(server.address, 'bnak');
  await vi.waitFor(() => expect(client.closed).not.toBeNull());
  expect(logged).toContainEqual(expect.objectContaining({ level: 40, asked: 'bnak', database: 'bank' }));
});
