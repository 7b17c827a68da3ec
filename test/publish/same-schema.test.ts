import { afterEach, expect, test } from 'vitest';
import { PublishScene } from './publish-scene.ts';

let scene: PublishScene;

afterEach(() => scene.end());

/** Each call leaves a stamp with the version of the code that ran it; a beat counts in a row of its own. */
export function stamps(version: number, tickRate: number): string {
  return `import { schema, table, t, ScheduleAt } from '@tickbase/schema';
const stamp = table({ public: true }, { call: t.u32().primaryKey(), version: t.u8() });
const beat = table({ public: true, persist: 'never' }, { id: t.u8().primaryKey(), count: t.u32() });
const alarm = table({ public: false }, { id: t.u64().primaryKey().autoInc(), at: t.scheduleAt() });
const game = schema({ stamp, beat, alarm }, { tickRate: ${tickRate} });
export default game;
export const begin = game.init((ctx) => {
  ctx.db.alarm.insert({ id: 0n, at: ScheduleAt.interval(20_000n) });
});
export const start = game.started((ctx) => {
  ctx.db.beat.insert({ id: 1, count: 0 });
});
export const put = game.reducer({ call: t.u32() }, (ctx, { call }) => {
  ctx.db.stamp.insert({ call, version: ${version} });
});
export const ring = game.reducer({ onSchedule: alarm }, { arg: alarm.rowType }, (ctx) => {
  const row = ctx.db.beat.id.find(1)!;
  ctx.db.beat.id.update({ ...row, count: row.count + 1 });
});
`;
}

for (const tickRate of [0, 50]) {
  test(`at rate ${tickRate} new code takes over under load: every call runs once, and clients see nothing of it`, async () => {
    scene = new PublishScene(stamps(1, tickRate));
    await scene.start();
    const clients = [await scene.client(), await scene.client({ isConfirmed: false }), await scene.client()];
    for (const client of clients) await client.subscribe(['SELECT * FROM stamp'], ['stamp']);
    await clients[2]!.subscribe(['SELECT * FROM beat']);
    let sent = 0;
    const state = { isOver: false };
    const load = clients.map(async (client) => {
      while (!state.isOver) {
        await Promise.all(Array.from({ length: 5 }, () => client.call('put', { call: ++sent })));
      }
    });
    for (const version of [2, 3, 4]) {
      const before = sent;
      expect(await scene.publish(stamps(version, tickRate))).toMatchObject({ outcome: 'published', steps: [] });
      await clients[0]!.until(() => sent > before + 40);
    }
    state.isOver = true;
    await Promise.all(load);
    for (const client of clients) {
      await client.until(() => client.changes.length >= sent);
      expect(client.changes).toHaveLength(sent);
      expect(client.changes.every((change) => change.startsWith('insert'))).toBe(true);
      expect(client.rows('stamp')).toHaveLength(sent);
      expect(client.states).toEqual(['connecting', 'live']);
      expect(client.errors).toEqual([]);
    }
    const versions = clients[0]!.rows('stamp').map((row) => (row as { version: number }).version);
    expect(new Set(versions)).toEqual(new Set([1, 2, 3, 4]));
    // The timer goes on.
    const count = (): number => (clients[2]!.rows('beat')[0] as { count: number }).count;
    const then = count();
    await clients[2]!.until(() => count() > then + 2);
  });
}
