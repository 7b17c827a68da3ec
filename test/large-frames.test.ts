import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer } from '@tickbase/runtime';
import { pino } from 'pino';
import { expect, test, vi } from 'vitest';
import { DbConnection, tables } from './worlds/hostile/module_bindings/index.ts';

const MODULE = join(import.meta.dirname, 'worlds/hostile');
/** Of a million letters each: together well above the send buffer's hard limit. */
const ROWS = 24;

test('a change far larger than the send buffer arrives over the link that is there', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'tickbase-large-'));
  const server = await startServer({
    modulePath: MODULE,
    database: 'hostile',
    port: 0,
    dataDir,
    log: pino({ level: 'silent' }),
  });
  const states: string[] = [];
  const connection = await new Promise<DbConnection>((resolve, reject) => {
    DbConnection.builder()
      .withUri(server.address)
      .withDatabaseName('hostile')
      .onStateChange((state) => states.push(state))
      .onConnect(resolve)
      .onConnectError((_context, error) => reject(error))
      .build();
  });
  await new Promise<void>((resolve) => {
    connection
      .subscriptionBuilder()
      .onApplied(() => resolve())
      .subscribe([tables.ballast]);
  });
  const pile = connection.reducers.pile({ rows: ROWS });
  const after = connection.reducers.put({ x: 3, y: 5 });
  await Promise.all([pile, after]);
  await vi.waitFor(() => expect(connection.db.ballast.count()).toBe(BigInt(ROWS)), 20_000);
  expect(states.filter((state) => state === 'resuming')).toEqual([]);
  connection.disconnect();
  await server.stop('the test is over');
  await rm(dataDir, { recursive: true, force: true });
});
