import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { RunningServer } from '@tickbase/runtime';
import { sendOrder } from '../../runtime/host/control/index.ts';
import { temporaryFolder } from '../../runtime/host/testing/temporary-folder.ts';
import { writeModule } from '../../runtime/host/testing/write-module.ts';
import { LinksProxy } from '../../loadtest/bench/links-proxy.ts';
import { PublishScene } from './publish-scene.ts';
import { StalledDisk } from './stalled-disk.ts';

const open: { end(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of open.splice(0)) await one.end();
});

async function begin(source: string, options: Parameters<PublishScene['start']>[0] = {}): Promise<PublishScene> {
  const scene = new PublishScene(source);
  await scene.start(options);
  open.push(scene);
  return scene;
}

/** Scores, whose place the log has not had so far in the first version. */
function league(columns: string, options = '', more = ''): string {
  return `import { schema, table, t } from '@tickbase/schema';
const score = table({ public: true }, { id: t.u32().primaryKey().autoInc(), points: t.u16(), ${columns} });
${more}
const game = schema({ score ${more === '' ? '' : ', ...more'} }, { ${options} });
export default game;
export const add = game.reducer({ points: t.u16() }, (ctx, { points }) => {
  ctx.db.score.insert({ id: 0, points, place: points + 1${/note|mark/.test(columns) ? `, ${/note|mark/.exec(columns)![0]}: ${columns.includes('note') ? "'n'" : 2}` : ''} } as never);
});
`;
}
const FIRST = league("place: t.u32().persist('snapshot')");
const SECOND = league("note: t.string().default('none'), place: t.u32()");
const THIRD = league('place: t.u32()', "removed: ['score.note']");
const TREES = 'const more = { tree: table({ public: true }, { id: t.u32().primaryKey() }) };';
const HERBS = 'const more = { herb: table({ public: true }, { id: t.u32().primaryKey() }) };';

/** What a server finds that starts on the data folder as it lies there now, as after a crash. */
async function rowsAfterCrash(dataDir: string, source: string): Promise<{ rows: object[]; server: RunningServer }> {
  const scene = new PublishScene(source);
  cpSync(dataDir, scene.dataDir, { recursive: true, filter: (path) => !path.endsWith('.sock') });
  await scene.start();
  open.push(scene);
  const client = await scene.client();
  await client.subscribe(['SELECT * FROM score']);
  return { rows: client.rows('score'), server: scene.server };
}

test('a crash before the disk has the new plan brings back the old world, one after it the new one', async () => {
  const disk = new StalledDisk();
  const scene = await begin(FIRST, { disk });
  const client = await scene.client();
  await client.subscribe(['SELECT * FROM score'], ['score']);
  const early = await scene.client({ isConfirmed: false });
  await client.call('add', { points: 7 });
  await client.call('add', { points: 9 });
  const planBefore = readFileSync(join(scene.dataDir, 'plan.json'), 'utf8');

  disk.stall();
  let isAnswered = false;
  const published = scene.publish(SECOND, { mayBreakClients: true }).finally(() => (isAnswered = true));
  // Who takes news early is called by the new code already.
  await early.call('add', { points: 11 });
  await early.until(() => scene.server.plan.tables[0]!.columns.some(({ name }) => name === 'note'));
  expect(isAnswered).toBe(false);
  expect(readFileSync(join(scene.dataDir, 'plan.json'), 'utf8')).toBe(planBefore);
  expect(client.rows('score')).toHaveLength(2);

  const before = await rowsAfterCrash(scene.dataDir, FIRST);
  expect(before.rows).toMatchObject([{ points: 7 }, { points: 9 }]);
  const migrated = await rowsAfterCrash(scene.dataDir, SECOND);
  expect(migrated.rows).toMatchObject([
    { points: 7, note: 'none' },
    { points: 9, note: 'none' },
  ]);

  disk.goOn();
  expect(await published).toMatchObject({ outcome: 'published' });
  const after = await rowsAfterCrash(scene.dataDir, SECOND);
  // Values that only snapshots had until then are in the log with the plan.
  expect(after.rows.slice(0, 2)).toEqual([
    { id: 1, points: 7, note: 'none', place: 8 },
    { id: 2, points: 9, note: 'none', place: 10 },
  ]);
  await client.until(() => client.rows('score').length === 3);
  await expect(rowsAfterCrash(scene.dataDir, FIRST)).rejects.toMatchObject({ code: 'MIGRATION_REFUSED' });
});

test('ids that a crash left in the folder alone are given anew: what counts is the plan in the log', async () => {
  const scene = await begin(FIRST);
  const client = await scene.client();
  await client.call('add', { points: 4 });
  const planBefore = readFileSync(join(scene.dataDir, 'plan.json'), 'utf8');
  expect(await scene.publish(league("place: t.u32().persist('snapshot')", '', TREES))).toMatchObject({
    outcome: 'published',
  });
  const image = temporaryFolder();
  cpSync(scene.dataDir, image, { recursive: true, filter: (path) => !path.endsWith('.sock') });
  // The crash came between the log and the file.
  cpSync(writeModule('', { 'plan.json': planBefore }), image, { recursive: true });
  const { server } = await rowsAfterCrash(
    image,
    league("place: t.u32().persist('snapshot')", "removed: ['tree']", HERBS),
  );
  const ids = scene.server.plan.tables.map(({ id }) => id);
  expect(ids).not.toContain(server.plan.tables.find(({ name }) => name === 'herb')!.id);
});

test('a snapshot that is being written when a module is published stays what it was', async () => {
  const disk = new StalledDisk();
  const scene = await begin(FIRST, { disk });
  const client = await scene.client();
  await client.subscribe(['SELECT * FROM score']);
  for (const source of [SECOND, THIRD]) {
    await Promise.all(Array.from({ length: 30 }, (_, i) => client.call('add', { points: i })));
    const lastTick = scene.server.health().tick;
    disk.stall();
    const backup = sendOrder(scene.dataDir, 'backup', { to: join(temporaryFolder(), 'backup') });
    const publishing = scene.publish(source, { mayBreakClients: true });
    await client.until(() => scene.server.health().tick > lastTick);
    disk.goOn();
    expect(await publishing).toMatchObject({ outcome: 'published' });
    expect(await backup).toMatchObject({ tick: lastTick });
  }
  const { rows } = await rowsAfterCrash(scene.dataDir, THIRD);
  expect(rows).toHaveLength(60);
  expect(client.states).toEqual(['connecting', 'live']);
});

test.each([
  ['the same to clients', league('place: t.u32()')],
  ['another to clients', league("mark: t.u8().default(1), place: t.u32().persist('snapshot')")],
])('a client that is away while a module is published that is %s comes back into its session', async (_title, next) => {
  const scene = await begin(FIRST);
  const proxy = await LinksProxy.open(scene.server.port);
  try {
    const client = await scene.client({ uri: proxy.address });
    const other = await scene.client();
    await client.subscribe(['SELECT * FROM score'], ['score']);
    await other.call('add', { points: 1 });
    await client.until(() => client.rows('score').length === 1);
    const connectionId = client.connection.connectionId.toHexString();
    const { targetPort } = proxy;
    proxy.targetPort = 1;
    proxy.cut();
    await client.until(() => client.states.at(-1) === 'resuming');
    const calls = [client.call('add', { points: 2 }), client.call('add', { points: 3 })];
    expect(await scene.publish(next)).toMatchObject({ outcome: 'published' });
    await other.call('add', { points: 4 });
    proxy.targetPort = targetPort;
    await Promise.all(calls);
    await client.until(() => client.rows('score').length === 4);
    expect(client.changes.every((change) => change.startsWith('insert'))).toBe(true);
    expect(client.changes).toHaveLength(4);
    expect(client.connection.connectionId.toHexString()).toBe(connectionId);
    expect(client.errors).toEqual([]);
  } finally {
    await proxy.close();
  }
});
