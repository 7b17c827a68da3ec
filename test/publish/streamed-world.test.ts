import { afterEach, expect, test } from 'vitest';
import { LinksProxy } from '../../loadtest/bench/links-proxy.ts';
import { PublishScene, type SceneClient } from './publish-scene.ts';

let scene: PublishScene;

afterEach(() => scene.end());

/** Bodies on a field, each client sees round its own; shouts are events. */
function field(pace: number, columns = ''): string {
  return `import { schema, table, t } from '@tickbase/schema';
const body = table(
  { public: true, spatial: { x: 'x', y: 'y', cell: 16 } },
  { id: t.u32().primaryKey(), owner: t.identity().unique(), x: t.f32().quantize({ step: 0.5 }), y: t.f32().quantize({ step: 0.5 }) ${columns} },
);
const shout = table({ public: true, event: true }, { word: t.string() ${columns} });
const game = schema({ body, shout }, { tickRate: 25 });
export default game;
export const interest = game.interest({
  radiusMax: 32,
  centre: (ctx) => ctx.db.body.owner.find(ctx.sender),
});
export const place = game.reducer({ id: t.u32(), x: t.f32() }, (ctx, { id, x }) => {
  ctx.db.body.insert({ id, owner: ctx.sender, x, y: 3 } as never);
});
export const step = game.reducer({ id: t.u32() }, (ctx, { id }) => {
  ctx.db.body.id.edit(id).x += ${pace};
});
export const cry = game.reducer({ word: t.string() }, (ctx, { word }) => {
  ctx.db.shout.insert({ word } as never);
});
`;
}

const idsOf = (client: SceneClient): number[] =>
  client
    .rows('body')
    .map((row) => (row as { id: number }).id)
    .toSorted((a, b) => a - b);

test.each([
  ['new code', ''],
  ['one more column', ', mark: t.u8().default(9)'],
])('views stand and move on over a publish of %s', async (_title, columns) => {
  scene = new PublishScene(field(1));
  await scene.start();
  const clients: SceneClient[] = [];
  for (const [i, x] of [10, 14, 70, 100].entries()) {
    const client = await scene.client();
    await client.call('place', { id: i + 1, x });
    await client.subscribe(['SELECT * FROM body'], ['body']);
    clients.push(client);
  }
  const [first, second, third] = clients as [SceneClient, SceneClient, SceneClient, SceneClient];
  await first.until(() => idsOf(first).length === 2 && idsOf(third).length === 2);
  await first.call('step', { id: 1 });
  await second.until(() => second.changes.some((change) => change.startsWith('update')));
  const seen = clients.map(idsOf);
  for (const client of clients) client.changes.length = 0;

  expect(await scene.publish(field(30, columns))).toMatchObject({ outcome: 'published' });
  const query = await third.connection.query('SELECT * FROM body');
  expect(query).toHaveLength(2);
  expect(clients.map(idsOf)).toEqual(seen);
  expect(clients.flatMap(({ changes }) => changes)).toEqual([]);

  // The new code runs, and the view goes with the body.
  await first.call('step', { id: 1 });
  await first.call('step', { id: 1 });
  await first.until(() => idsOf(first).join() === '1,3,4');
  await third.until(() => idsOf(third).join() === '1,3,4');
  expect(first.rows('body').find((row) => (row as { id: number }).id === 1)).toMatchObject({ x: 71 });
  for (const client of clients) expect(client.states).toEqual(['connecting', 'live']);
});

test.each([
  ['new code', '', ['one', 'two', 'three', 'four']],
  ['one more column', ', mark: t.u8().default(9)', ['one', 'missed 2', 'four']],
])(
  'events from before a publish of %s reach a client that was away, or are counted as missed',
  async (_title, columns, heard) => {
    scene = new PublishScene(field(1));
    await scene.start();
    const proxy = await LinksProxy.open(scene.server.port);
    try {
      const away = await scene.client({ uri: proxy.address });
      const other = await scene.client();
      const got: string[] = [];
      await away.subscribe(['SELECT * FROM shout']);
      const handle = away.connection.db['shout'] as never as {
        onInsert(take: (context: unknown, row: { word: string }) => void): void;
        onMissed?(take: (context: unknown, count: number) => void): void;
      };
      handle.onInsert((_context, { word }) => got.push(word));
      handle.onMissed?.((_context, count) => got.push(`missed ${count}`));
      await other.call('cry', { word: 'one' });
      await away.until(() => got.length === 1);
      const { targetPort } = proxy;
      proxy.targetPort = 1;
      proxy.cut();
      await away.until(() => away.states.at(-1) === 'resuming');
      await other.call('cry', { word: 'two' });
      await other.call('cry', { word: 'three' });
      expect(await scene.publish(field(1, columns))).toMatchObject({ outcome: 'published' });
      proxy.targetPort = targetPort;
      if (columns === '') await other.call('cry', { word: 'four' });
      else await (await scene.client()).call('cry', { word: 'four' });
      await away.until(() => got.includes('four'));
      expect(got).toEqual(heard);
    } finally {
      await proxy.close();
    }
  },
);
