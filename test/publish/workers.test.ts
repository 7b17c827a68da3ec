import { afterEach, expect, test } from 'vitest';
import { PublishScene } from './publish-scene.ts';

let scene: PublishScene;

afterEach(() => scene.end());

const ROWS = 12_000;

/** In every tick all stones roll on by as much as the code says; `stop` lets them lie. */
function stones(step: number): string {
  return `import { schema, table, t } from '@tickbase/schema';
const stone = table({ public: true }, { id: t.u32().primaryKey(), place: t.u32(), name: t.string() });
const race = table({ public: true }, { id: t.u8().primaryKey(), rolls: t.bool() });
const game = schema({ stone, race }, { tickRate: 20 });
export default game;
export const begin = game.init((ctx) => {
  ctx.db.race.insert({ id: 1, rolls: true });
  for (let id = 0; id < ${ROWS}; id++) ctx.db.stone.insert({ id, place: 1000 * id, name: 'stone ' + id });
});
export const stop = game.reducer({}, (ctx) => {
  ctx.db.race.id.update({ id: 1, rolls: false });
});
export const roll = game.system({ everyTicks: 1 }, (ctx) => {
  if (!ctx.db.race.id.find(1).rolls) return;
  for (const stone of ctx.db.stone.edit()) stone.place += ${step};
});
`;
}

async function metric(name: string): Promise<number> {
  const text = await (await fetch(scene.server.address.replace('ws:', 'http:') + '/v1/metrics')).text();
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)![1]);
}

async function untilMetric(name: string, least: number): Promise<void> {
  while ((await metric(name)) < least) await new Promise((resolve) => setTimeout(resolve, 50));
}

test('workers encode for a world that moves as a whole, and go over to the next module', async () => {
  scene = new PublishScene(stones(1));
  await scene.start({ workers: 2 });
  const client = await scene.client();
  await client.subscribe(['SELECT * FROM stone', 'SELECT * FROM race']);
  await untilMetric('tickbase_workers_ticks_total', 10);
  expect(await metric('tickbase_workers')).toBe(2);
  const before = await metric('tickbase_workers_ticks_total');
  expect(await scene.publish(stones(3))).toMatchObject({ outcome: 'published' });
  await untilMetric('tickbase_workers_ticks_total', before + 5); // it goes on from the module before
  await client.call('stop');
  const places = client.rows('stone').map((row) => {
    const { id, place, name } = row as { id: number; place: number; name: string };
    expect(name).toBe(`stone ${id}`);
    return place - 1000 * id;
  });
  expect(places).toHaveLength(ROWS);
  expect(new Set(places).size).toBe(1);
  expect(places[0]).toBeGreaterThan(10 + 3 * 5);
  expect(await metric('tickbase_workers_failures_total')).toBe(0);
  expect(client.errors).toEqual([]);
});
