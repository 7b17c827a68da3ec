import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type RunningServer, startServer } from '@tickbase/runtime';
import { DbConnection } from '../module_bindings/index.ts';
import { PIECES_MAX } from '../src/rules.ts';
import { Bot } from './bot.ts';

const BOT_COUNT = 12;
const MODULE = join(import.meta.dirname, '..');
const bots: Bot[] = [];
const ended: string[] = [];
let server: RunningServer;
let dataDir: string;
let watcher: DbConnection;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'sample-game-'));
  const log = pino({ level: 'silent' });
  server = await startServer({ modulePath: MODULE, database: 'sample-game', port: 0, dataDir, log });
  for (let i = 0; i < BOT_COUNT; i++) {
    await new Promise<void>((joined) => {
      bots.push(new Bot(server.address, `Bot ${i}`, { joined, ended: (reason) => void ended.push(reason) }));
    });
  }
  watcher = await new Promise<DbConnection>((resolve, reject) => {
    DbConnection.builder()
      .withUri(server.address)
      .withDatabaseName('sample-game')
      .onConnect((made) => resolve(made))
      .onConnectError((_context, error) => reject(error))
      .build();
  });
  await watcher.reducers.join({ name: 'Watcher', isBot: false });
});

afterAll(async () => {
  for (const bot of bots) bot.leave();
  watcher?.disconnect();
  await server?.stop('the test is over');
  await rm(dataDir, { recursive: true, force: true });
});

test('bots walk, gather and talk, so that a newcomer finds a world that lives', async () => {
  const walked = new Set<bigint>();
  const heard: string[] = [];
  let gathered = 0;
  const { body, resource, nearLine, worldLine, player } = watcher.db;
  body.onUpdate((_context, _before, { id }) => void walked.add(id));
  resource.onUpdate((_context, before, after) => void (gathered += Math.max(0, before.left - after.left)));
  nearLine.onInsert((_context, { text }) => void heard.push(text));
  worldLine.onInsert((_context, { text }) => void heard.push(text));
  await new Promise<void>((resolve) => {
    watcher
      .subscriptionBuilder()
      .onApplied(() => resolve())
      .subscribeToAllTables();
  });
  const botBodies = [...player.iter()].filter(({ isBot }) => isBot).map(({ bodyId }) => bodyId);
  expect(botBodies).toHaveLength(BOT_COUNT);
  await vi.waitFor(
    () => {
      expect(botBodies.filter((id) => walked.has(id)).length).toBeGreaterThan(BOT_COUNT / 2);
      expect(gathered).toBeGreaterThan(PIECES_MAX);
      expect(heard.length).toBeGreaterThan(0);
    },
    { timeout: 100_000, interval: 250 },
  );
  expect(ended).toEqual([]);
});
