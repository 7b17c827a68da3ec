import { ByteWriter } from '@tickbase/base';
import { afterEach, expect, test } from 'vitest';
import { WireClient } from '../../runtime/host/testing/wire-client.ts';
import { PublishScene } from './publish-scene.ts';

let scene: PublishScene;

afterEach(() => scene.end());

interface Parts {
  readonly columns?: string;
  readonly code?: string;
  readonly options?: string;
  readonly rate?: number;
}

/** Purses that are paid into. */
function town({ columns = 'gold: t.u32()', code = '', options = '', rate = 0 }: Parts = {}): string {
  return `import { schema, table, t } from '@tickbase/schema';
const purse = table({ public: true }, { id: t.u32().primaryKey().autoInc(), owner: t.string().index(), ${columns} });
const tree = table({ public: true }, { id: t.u32().primaryKey(), height: t.f32() });
const game = schema({ purse, tree }, { tickRate: ${rate}, ${options} });
export default game;
export const begin = game.init((ctx) => {
  for (const owner of ['ann', 'bob', 'cid']) ctx.db.purse.insert({ id: 0, owner, gold: 5 } as never);
  ctx.db.tree.insert({ id: 7, height: 2.5 });
});
export const pay = game.reducer({ id: t.u32(), gold: t.u32() }, (ctx, { id, gold }) => {
  const row = ctx.db.purse.id.find(id)! as any;
  ctx.db.purse.id.update({ ...row, gold: row.gold + gold });
});
${code}
`;
}

const GROW = `export const grow = game.reducer({ id: t.u32() }, (ctx, { id }) => {
  const row = ctx.db.tree.id.find(id)!;
  ctx.db.tree.id.update({ ...row, height: row.height + 1 });
});`;

for (const rate of [0, 20]) {
  test(`at rate ${rate} a client whose code is still compatible keeps its link, its rows and its calls`, async () => {
    scene = new PublishScene(town({ rate }));
    await scene.start();
    const client = await scene.client();
    await client.subscribe(
      ['SELECT * FROM purse', "SELECT * FROM purse WHERE owner = 'bob'", 'SELECT * FROM tree'],
      ['purse', 'tree'],
    );
    const { connectionId } = client.connection;
    client.changes.length = 0;

    const calls = Array.from({ length: 10 }, () => client.call('pay', { id: 2, gold: 1 }));
    const next = town({
      rate,
      columns: "note: t.string().default('-'), gold: t.u32(), weight: t.f64().optional()",
      code: GROW,
    });
    const answer = await scene.publish(next);
    expect(answer.outcome).toBe('published');
    expect(answer.steps.map(({ class: kind }) => kind)).toEqual(['rewrites', 'rewrites', 'safe']);
    calls.push(client.call('pay', { id: 3, gold: 4 }));
    await Promise.all(calls);

    expect(client.rows('purse')).toEqual([
      { id: 1, owner: 'ann', gold: 5 },
      { id: 2, owner: 'bob', gold: 15 },
      { id: 3, owner: 'cid', gold: 9 },
    ]);
    expect(client.changes.every((change) => change.startsWith('update purse'))).toBe(true);
    expect(client.states).toEqual(['connecting', 'live']);
    expect(client.connection.connectionId.toHexString()).toBe(connectionId.toHexString());
    expect(await client.connection.query('SELECT * FROM purse WHERE id = 1')).toEqual([
      { id: 1, owner: 'ann', gold: 5 },
    ]);

    // A client that is generated anew sees what is new, and the older one goes on beside it.
    const newer = await scene.client();
    await newer.subscribe(['SELECT * FROM purse', 'SELECT * FROM tree']);
    expect(newer.rows('purse')[0]).toEqual({ id: 1, owner: 'ann', gold: 5, note: '-', weight: undefined });
    await newer.call('grow', { id: 7 });
    await client.until(() => client.changes.includes('update tree {"height":2.5,"id":7} {"height":3.5,"id":7}'));
    expect(client.errors).toEqual([]);
  });
}

test('what disconnects clients is published when that is allowed, and only those who use it are told SCHEMA_MISMATCH', async () => {
  scene = new PublishScene(town());
  await scene.start();
  const user = await scene.client();
  await user.subscribe(['SELECT * FROM purse']);
  const renamed = town({ columns: "coins: t.u64().renamedFrom('gold')" })
    .replace('row.gold + gold', 'row.coins + BigInt(gold)')
    .replace('...row, gold:', '...row, coins:');
  expect(await scene.publish(renamed)).toMatchObject({ outcome: 'breaking', stillMs: 0 });
  await user.call('pay', { id: 1, gold: 1 });

  expect(await scene.publish(renamed, { mayBreakClients: true })).toMatchObject({ outcome: 'published' });
  await user.until(() => user.end !== undefined);
  expect(user.end).toMatchObject({
    code: 'SCHEMA_MISMATCH',
    message: expect.stringContaining('column gold') as string,
  });
  expect(user.states).toEqual(['connecting', 'live', 'closed']);

  const newer = await scene.client();
  await newer.subscribe(['SELECT * FROM purse']);
  await newer.call('pay', { id: 1, gold: 1 });
  expect(newer.rows('purse')[0]).toEqual({ id: 1, owner: 'ann', coins: 7n });
});

test('calls that wait for their turn when their reducer goes are refused once, and the others run', async () => {
  scene = new PublishScene(town({ rate: 2, code: GROW }));
  await scene.start();
  const client = new WireClient(scene.server.address, 'town');
  await client.until(() => client.welcome !== null);
  const grow = new ByteWriter();
  grow.u32(7);
  const pay = new ByteWriter();
  pay.u32(1);
  pay.u32(3);
  client.call(1, 'grow', grow.copy());
  client.call(2, 'pay', pay.copy());
  client.call(3, 'grow', grow.copy());
  client.call(4, 'pay', pay.copy());
  expect(await scene.publish(town({ rate: 2 }), { mayBreakClients: true })).toMatchObject({ outcome: 'published' });
  // Written for the old module, before the new one was heard of.
  client.call(5, 'grow', grow.copy());
  await client.until(() => client.results.length === 5);
  expect(client.results.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5]);
  const codes = client.results.map(({ code, status }) => code || status);
  expect(codes[1]).toBe('committed');
  expect(codes[3]).toBe('committed');
  expect(codes[4]).toMatch(/MODULE_REPLACED|UNKNOWN_REDUCER/);
  // By how the tick fell they had run before.
  expect(codes[0]).toMatch(/MODULE_REPLACED|committed/);
  expect(codes[2]).toBe(codes[0]);
  client.send({ kind: 'query', requestId: 1, query: 'SELECT * FROM purse WHERE id = 1' });
  await client.until(() => client.answers.length === 1);
  expect(client.closed).toBe(null);
  await client.close();
});

test('a query set that the new module does not allow ends with an error; the others of its client go on', async () => {
  scene = new PublishScene(town());
  await scene.start();
  const client = await scene.client();
  await client.subscribe(['SELECT * FROM tree'], ['tree']);
  scene.become(town({ columns: 'gold: t.u32(), mood: t.u8().default(3)' }));
  await scene.publish();
  await client.subscribe(['SELECT * FROM purse WHERE mood = 3'], ['purse']);
  expect(client.rows('purse')).toHaveLength(3);
  const gone = town({ options: "removed: ['purse.mood']", code: GROW });
  expect(await scene.publish(gone, { mayBreakClients: true })).toMatchObject({ outcome: 'published' });
  await client.until(() => client.changes.some((change) => change.startsWith('refused')));
  expect(client.rows('purse')).toHaveLength(0);
  expect(client.rows('tree')).toHaveLength(1);
  expect(client.connection.state).toBe('live');
});
