import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type RunningServer, startServer } from '@tickbase/runtime';
import { DbConnection } from './module_bindings/index.ts';
import { directionTo } from './bots/pathfinding.ts';
import { DAY_S } from './src/daylight.ts';
import { GATHER_REACH_M } from './src/rules.ts';
import { CAMP } from './src/terrain/places.ts';

const SOON = { timeout: 60_000, interval: 100 };
const open: DbConnection[] = [];
let server: RunningServer;
let dataDir: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'sample-game-'));
  const log = pino({ level: 'silent' });
  server = await startServer({ modulePath: import.meta.dirname, database: 'sample-game', port: 0, dataDir, log });
});

afterAll(async () => {
  for (const connection of open) connection.disconnect();
  await server?.stop('the test is over');
  await rm(dataDir, { recursive: true, force: true });
});

/** A client that has joined and watches every table. */
async function enter(name: string): Promise<DbConnection> {
  const connection = await new Promise<DbConnection>((resolve, reject) => {
    DbConnection.builder()
      .withUri(server.address)
      .withDatabaseName('sample-game')
      .onConnect((made) => resolve(made))
      .onConnectError((_context, error) => reject(error))
      .build();
  });
  open.push(connection);
  await connection.reducers.join({ name, isBot: false });
  await new Promise<void>((resolve) => {
    connection
      .subscriptionBuilder()
      .onApplied(() => resolve())
      .subscribeToAllTables();
  });
  return connection;
}

const fromCamp = ({ x, y }: { x: number; y: number }): number => Math.hypot(x - CAMP.x, y - CAMP.y);

/** Walks to the resource that is nearest to the camp and takes a piece. */
async function gatherOne({ db, reducers, identity }: DbConnection): Promise<void> {
  const { bodyId } = db.player.identity.find(identity!)!;
  const [bush] = [...db.resource.iter()].filter(({ left }) => left > 0).sort((a, b) => fromCamp(a) - fromCamp(b));
  await vi.waitFor(async () => {
    const mine = db.body.id.find(bodyId)!;
    if (Math.hypot(bush!.x - mine.x, bush!.y - mine.y) < GATHER_REACH_M) return;
    await reducers.steer(directionTo(mine.floor, mine, bush!, 1)!);
    throw new Error('not there yet');
  }, SOON);
  await reducers.steer({ x: 0, y: 0 });
  await reducers.gather({ resourceId: bush!.id });
}

test('what one gathers is in the own pack, and in nobody’s view but the own', async () => {
  const ann = await enter('Ann');
  const bob = await enter('Bob');
  await gatherOne(ann);
  await vi.waitFor(() => expect([...ann.db.pack.iter()].map(({ count }) => count)).toEqual([1]), SOON);
  expect([...ann.db.pack.iter()][0]!.owner.isEqual(ann.identity!)).toBe(true);
  await gatherOne(bob);
  await vi.waitFor(() => expect(bob.db.pack.count()).toBe(1n), SOON);
  expect([...bob.db.pack.iter()].every(({ owner }) => owner.isEqual(bob.identity!))).toBe(true);
  expect(ann.db.pack.count()).toBe(1n);
});

test('who comes later reads what was said to all before, not what was said nearby', async () => {
  const ann = await enter('Ann the second');
  await ann.reducers.say({ text: 'is anybody there?', toAll: true });
  await ann.reducers.say({ text: 'I talk to myself', toAll: false });
  const late = await enter('Late');
  const lines = [...late.db.chronicle.iter()].map(({ name, text }) => `${name}: ${text}`);
  expect(lines).toEqual(['Ann the second: is anybody there?']);
});

test('everybody knows the hour', async () => {
  const ann = await enter('Ann the third');
  const [sky] = [...ann.db.sky.iter()];
  const sinceDawnS = (Date.now() - Number(sky!.dawnAt.toMillis())) / 1000;
  expect(sinceDawnS).toBeGreaterThan(0);
  expect(sinceDawnS).toBeLessThan(DAY_S);
});
