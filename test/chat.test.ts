import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type RunningServer, startServer } from '@tickbase/runtime';
import { DbConnection, tables } from '../runtime/cli/generate/golden/chat/module_bindings/index.ts';
import { LinksProxy } from '../loadtest/bench/links-proxy.ts';

const MODULE = join(import.meta.dirname, '../runtime/cli/generate/testing/chat');

let server: RunningServer;
let proxy: LinksProxy;
let dataDir: string;
let open: DbConnection[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tickbase-chat-'));
  server = await start();
  proxy = await LinksProxy.open(server.port);
});

afterEach(async () => {
  for (const connection of open) connection.disconnect();
  open = [];
  await proxy.close();
  await server.stop('the test is over');
  await rm(dataDir, { recursive: true, force: true });
});

function start(): Promise<RunningServer> {
  return startServer({ modulePath: MODULE, database: 'chat', port: 0, dataDir, log: pino({ level: 'silent' }) });
}

/** A connection that watches everything, and what its callbacks were told. */
async function enter(token?: string): Promise<{ connection: DbConnection; story: string[] }> {
  const story: string[] = [];
  const connection = await new Promise<DbConnection>((resolve, reject) => {
    DbConnection.builder()
      .withUri(proxy.address)
      .withDatabaseName('chat')
      .withToken(token)
      .onStateChange((state) => story.push(state))
      .onConnect((made) => resolve(made))
      .onConnectError((_context, error) => reject(error))
      .onDisconnect((_context, error) => story.push(`disconnect ${error?.message ?? ''}`.trim()))
      .build();
  });
  open.push(connection);
  const { user, message } = connection.db;
  user.onInsert((_context, row) => story.push(`user + ${row.name}`));
  user.onUpdate((_context, before, after) => story.push(`user ${before.name} > ${after.name}`));
  user.onDelete((_context, row) => story.push(`user - ${row.name}`));
  message.onInsert((_context, row) => story.push(`message ${row.text}`));
  await new Promise<void>((resolve, reject) => {
    connection
      .subscriptionBuilder()
      .onApplied(() => resolve())
      .onError((_context, error) => reject(error))
      .subscribe([tables.user.where((row) => row.online.eq(true)), tables.message]);
  });
  story.length = 0;
  return { connection, story };
}

test('two clients chat: names, messages, presence, refusals', async () => {
  const ann = await enter();
  const bob = await enter();
  await ann.connection.reducers.setName({ name: 'Ann' });
  const me = ann.connection.identity!;
  expect(ann.connection.db.user.identity.find(me)).toMatchObject({ name: 'Ann', online: true });
  await expect(bob.connection.reducers.setName({ name: '' })).rejects.toMatchObject({
    name: 'SenderError',
    message: 'a name has letters',
  });
  await Promise.all([
    ann.connection.reducers.sendMessage({ text: 'hello' }),
    ann.connection.reducers.sendMessage({ text: 'is anybody there?' }),
  ]);
  await vi.waitFor(() => {
    expect(bob.story).toEqual(['user undefined > Ann', 'message hello', 'message is anybody there?']);
  });
  expect(await bob.connection.query(tables.message.where((row) => row.sender.eq(me)))).toHaveLength(2);
  ann.connection.disconnect();
  await vi.waitFor(() => expect(bob.story.at(-1)).toBe('user - Ann'));
});

test('a cut link is resumed: missed rows arrive, calls run once, nobody was gone', async () => {
  const ann = await enter();
  const bob = await enter();
  await vi.waitFor(() => expect(ann.story).toEqual(['user + undefined']));
  ann.story.length = 0;
  for (let round = 1; round <= 4; round++) {
    const calls = [1, 2, 3].map((n) => ann.connection.reducers.sendMessage({ text: `${round}.${n}` }));
    if (round % 2 === 0) await Promise.resolve();
    proxy.cut();
    await Promise.all(calls);
  }
  const expected = [1, 2, 3, 4].flatMap((round) => [1, 2, 3].map((n) => `message ${round}.${n}`));
  for (const { story, connection } of [ann, bob]) {
    await vi.waitFor(() => expect(connection.db.message.count()).toBe(12n), 5000);
    expect(story.filter((line) => line.startsWith('message'))).toEqual(expected);
    expect(story.filter((line) => line.startsWith('user'))).toEqual([]);
    expect(story).toContain('resuming');
  }
  expect(await bob.connection.query(tables.message)).toHaveLength(12);
});

test('over a restart of the server the clients come back by themselves, with true differences only', async () => {
  const ann = await enter();
  const bob = await enter();
  await ann.connection.reducers.sendMessage({ text: 'before' });
  await vi.waitFor(() => expect(bob.connection.db.message.count()).toBe(1n));
  const before = ann.connection.connectionId;
  bob.story.length = 0;
  await server.stop('restart');
  server = await start();
  proxy.targetPort = server.port;
  await vi.waitFor(() => expect([ann.connection.state, bob.connection.state]).toEqual(['live', 'live']), 15_000);
  expect(ann.connection.connectionId?.isEqual(before!)).toBe(false);
  await ann.connection.reducers.sendMessage({ text: 'after' });
  await vi.waitFor(() => expect(bob.story).toContain('message after'), 5000);
  expect(bob.story.filter((line) => line === 'message before')).toEqual([]);
  expect(bob.story.filter((line) => line.startsWith('disconnect'))).toEqual([]);
});

test('the token brings the identity back', async () => {
  const first = await enter();
  await first.connection.reducers.setName({ name: 'Ann' });
  const { identity, token } = first.connection;
  first.connection.disconnect();
  const second = await enter(token);
  expect(second.connection.identity?.isEqual(identity!)).toBe(true);
  expect(second.connection.db.user.identity.find(identity!)).toMatchObject({ name: 'Ann' });
});

test('an unknown database is a connect error', async () => {
  const error = await new Promise<Error>((resolve) => {
    DbConnection.builder()
      .withUri(proxy.address)
      .withDatabaseName('nowhere')
      .onConnectError((_context, reason) => resolve(reason))
      .build();
  });
  expect(error).toMatchObject({ code: 'CONNECT_FAILED' });
});
