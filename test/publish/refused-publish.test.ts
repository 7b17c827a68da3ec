import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { sendOrder } from '../../runtime/host/control/index.ts';
import { writeModule } from '../../runtime/host/testing/write-module.ts';
import { PublishScene, type SceneClient } from './publish-scene.ts';

let scene: PublishScene;

afterEach(() => scene.end());

/** Herbs in rows; `pick` says by its answer which version serves. */
function garden(version: number, columns = 'count: t.u8()', rate = 0): string {
  return `import { schema, table, t, SenderError } from '@tickbase/schema';
const herb = table({ public: true }, { id: t.u32().primaryKey(), ${columns} });
const game = schema({ herb }, { tickRate: ${rate} });
export default game;
export const begin = game.init((ctx) => {
  for (const id of [3, 4, 9]) ctx.db.herb.insert({ id, count: id & 1 } as never);
});
export const pick = game.reducer(() => {
  throw new SenderError('version ${version}');
});
`;
}

async function open(): Promise<SceneClient> {
  scene = new PublishScene(garden(1));
  await scene.start();
  const client = await scene.client();
  await client.subscribe(['SELECT * FROM herb'], ['herb']);
  client.changes.length = 0;
  return client;
}

const planIn = (dataDir: string): string => readFileSync(join(dataDir, 'plan.json'), 'utf8');

test.each([
  ['no module', 'MODULE_BUILD_FAILED', 'const ;'],
  ['code that throws at its top level', 'MODULE_LOAD_FAILED', `throw new Error('no');\n${garden(2)}`],
  ['code that does not end', 'MODULE_LOAD_ENDLESS', `for (;;);\n${garden(2)}`],
  ['a schema with a mistake', 'RENAMED_FROM_TAKEN', garden(2, "count: t.u8(), old: t.u8().renamedFrom('count')")],
  ['another tick rate', 'PUBLISH_NEEDS_RESTART', garden(2, 'count: t.u8()', 20)],
])('%s is refused with a code, and the old module serves as before', async (_title, code, source) => {
  const client = await open();
  const plan = planIn(scene.dataDir);
  await expect(scene.publish(source)).rejects.toMatchObject({ code });
  await expect(client.call('pick')).rejects.toMatchObject({ message: 'version 1' });
  expect(planIn(scene.dataDir)).toBe(plan);
  expect(scene.logged.filter(({ level }) => level === 40).map(({ msg }) => msg)).toEqual([
    'a module was not published: the one that is served goes on',
  ]);
  // The next one is not held up by it.
  expect(await scene.publish(garden(3))).toMatchObject({ outcome: 'published' });
  await expect(client.call('pick')).rejects.toMatchObject({ message: 'version 3' });
  expect(client.changes).toEqual([]);
  expect(client.states).toEqual(['connecting', 'live']);
});

test('what the rows do not permit is refused step by step, and nothing is changed', async () => {
  const client = await open();
  const plan = planIn(scene.dataDir);
  const refused = await scene.publish(garden(2, 'count: t.u8().unique(), note: t.string()'), { mayBreakClients: true });
  expect(refused.outcome).toBe('refused');
  expect(refused.steps.find(({ class: kind }) => kind === 'refused')!.what).toContain('note');
  const twice = await scene.publish(garden(2, 'count: t.u8().unique()'));
  expect(twice.outcome).toBe('refused');
  expect(twice.steps.at(-1)!.why).toContain('1 group of rows shares it');
  await expect(client.call('pick')).rejects.toMatchObject({ message: 'version 1' });
  expect(client.rows('herb')).toHaveLength(3);
  expect(planIn(scene.dataDir)).toBe(plan);
});

test('a dry run looks at the rows, and changes nothing', async () => {
  const client = await open();
  const plan = planIn(scene.dataDir);
  const { tick } = scene.server.health();
  const twice = await scene.publish(garden(2, 'count: t.u8().unique()'), { isDryRun: true });
  expect(twice.outcome).toBe('refused');
  expect(await scene.publish(garden(2, 'count: t.u16()'), { isDryRun: true })).toMatchObject({
    outcome: 'possible',
    steps: [{ class: 'disconnects clients' }],
  });
  expect(scene.server.health().tick).toBe(tick);
  expect(planIn(scene.dataDir)).toBe(plan);
  await expect(client.call('pick')).rejects.toMatchObject({ message: 'version 1' });
});

test('of two publishes at once one is refused as busy', async () => {
  const client = await open();
  scene.become(garden(2));
  const outcomes = await Promise.all(
    [1, 2].map(() =>
      scene.publish().then(
        ({ outcome }) => outcome,
        (error: { code: string }) => error.code,
      ),
    ),
  );
  expect(outcomes.toSorted()).toEqual(['PUBLISH_BUSY', 'published']);
  await expect(client.call('pick')).rejects.toMatchObject({ message: 'version 2' });
});

test('orders of a wrong form are refused, and a module of another folder is told apart', async () => {
  await open();
  for (const options of [{}, { modulePath: 'garden' }, { modulePath: '/srv/garden', isDryRun: 'yes' }]) {
    await expect(sendOrder(scene.dataDir, 'publish', options)).rejects.toMatchObject({ code: 'CONTROL_ORDER' });
  }
  await expect(scene.publish(undefined, { modulePath: '/srv/nowhere' })).rejects.toMatchObject({
    code: 'MODULE_NOT_FOUND',
  });
  expect(scene.server.modulePath).toBe(scene.modulePath);
  const modulePath = writeModule(garden(5));
  expect(await scene.publish(undefined, { modulePath })).toMatchObject({ outcome: 'published' });
  expect(scene.server.modulePath).toBe(modulePath);
  expect(scene.logged.at(-1)!.msg).toMatch(/start the server with this one next time|a new module serves/);
});
