import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { WireClient } from '../host/testing/wire-client.ts';
import { temporaryFolder } from '../host/testing/temporary-folder.ts';
import { writeModule } from '../host/testing/write-module.ts';
import { CliProcess } from './testing/cli-process.ts';

const started: CliProcess[] = [];

function start(
  modulePath: string,
  more: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): CliProcess {
  const server = new CliProcess(['start', '--module-path', modulePath, '--port', '0', '--name', 'mill', ...more], env);
  started.push(server);
  return server;
}

afterEach(async () => {
  for (const server of started.splice(0)) {
    server.signal('SIGKILL');
    await server.exit;
  }
});

/** `more`: code behind the rest. */
const mill = (more = ''): string =>
  writeModule(`import { schema, table, t } from '@tickbase/schema';
const sack = table({ name: 'sack', public: true }, { id: t.u32().primaryKey() });
const game = schema({ sack }, { tickRate: 20 });
export default game;
const sacks: unknown[] = [];
export const hoard = game.reducer(() => {
  for (let i = 0; i < 200; i++) sacks.push(Array.from({ length: 20_000 }, (_, grains) => ({ grains })));
});
${more}`);

const SIFT = `const grain = new Float64Array(40_000_000);
for (let i = 0; i < grain.length; i++) grain[i] = (i * 2_654_435_761) % 1_000_000_007;
export const sift = game.reducer(() => {
  grain.toSorted(); // takes seconds within one built-in
});
`;

/** The process that runs the server, the keeper's only child; 0: there is none. */
function serverPid({ pid }: CliProcess): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  return Number(children.find((child) => readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('tickbase.js')) ?? 0);
}

const lines = (server: CliProcess, text: string): string[] =>
  server.out.split('\n').filter((line) => line.includes(text));

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 50));
}

test('a server whose tick thread stands still is ended with a coded line and started again at its port', async () => {
  const server = start(mill(), ['--watchdog', '2']);
  const address = await server.address();
  const first = serverPid(server);
  process.kill(first, 'SIGSTOP');
  await until(() => lines(server, 'listening at ').length === 2);
  expect(lines(server, 'SERVER_SILENT')).toHaveLength(1);
  expect(lines(server, 'listening at ')[1]).toContain(address);
  expect(serverPid(server)).not.toBe(first);
  expect((await fetch(`${address}/v1/health`)).status).toBe(200);
  server.signal('SIGTERM');
  expect(await server.exit).toBe(0);
});

test('a built-in that no limit can stop is such a stand-still', async () => {
  const server = start(mill(SIFT), ['--watchdog', '2']);
  const address = await server.address();
  const client = new WireClient(address, 'mill');
  await client.until(() => client.welcome !== null);
  client.call(1, 'sift');
  await until(() => lines(server, 'listening at ').length === 2);
  expect(lines(server, 'SERVER_SILENT')).toHaveLength(1);
});

test('a server whose memory is spent is started again', async () => {
  const server = start(mill(), ['--call-ms-max', '0'], { NODE_OPTIONS: '--max-old-space-size=150' });
  const client = new WireClient(await server.address(), 'mill');
  await client.until(() => client.welcome !== null);
  client.call(1, 'hoard');
  await until(() => lines(server, 'listening at ').length === 2);
  expect(lines(server, 'SERVER_ENDED')).toEqual([expect.stringContaining('SIGABRT')]);
});

test('a server that is ended from outside is started again, and in the end given up', async () => {
  const server = start(mill());
  await server.address();
  for (let end = 1; end <= 6; end++) {
    process.kill(serverPid(server), 'SIGKILL');
    await until(() => lines(server, 'SERVER_ENDED').length === end);
    if (end < 6) await until(() => lines(server, 'listening at ').length === end + 1);
  }
  expect(await server.exit).toBe(3);
  expect(lines(server, 'SERVER_GIVEN_UP')).toHaveLength(1);
});

test('the server ends when its keeper is killed', async () => {
  const server = start(mill());
  const address = await server.address();
  server.signal('SIGKILL');
  await server.exit; // its output is the server's, too: it ends with it
  await expect(fetch(`${address}/v1/health`)).rejects.toThrow();
});

test('without a watchdog there is one process', async () => {
  const server = start(mill(), ['--watchdog', '0']);
  const address = await server.address();
  expect(serverPid(server)).toBe(0);
  server.signal('SIGTERM');
  expect(await server.exit).toBe(0);
  await expect(fetch(`${address}/v1/health`)).rejects.toThrow();
});

/** A module that says which version it is. */
const inn = (version: number): string =>
  writeModule(`import { schema, table, t, SenderError } from '@tickbase/schema';
const room = table({ public: true }, { id: t.u32().primaryKey() });
const game = schema({ room });
export default game;
export const ask = game.reducer(() => {
  throw new SenderError('version ${version}');
});
`);

async function versionAt(address: string): Promise<string> {
  const client = new WireClient(address, 'mill');
  await client.until(() => client.welcome !== null);
  client.call(1, 'ask');
  await client.until(() => client.results.length === 1);
  await client.close();
  return client.results[0]!.message;
}

test('a server is started again with the module that was published last, on the data folder that it had', async () => {
  const dataDir = temporaryFolder();
  const server = start(inn(1), ['--data-dir', dataDir]);
  const address = await server.address();
  expect(await versionAt(address)).toBe('version 1');
  const publish = new CliProcess(['publish', '--module-path', inn(2), '--data-dir', dataDir]);
  started.push(publish);
  expect(await publish.exit).toBe(0);
  expect(publish.out).toMatch(/published: mill runs the new module; the world stood still for \d+ ms/);
  expect(await versionAt(address)).toBe('version 2');
  process.kill(serverPid(server), 'SIGKILL');
  await until(() => lines(server, 'listening at ').length === 2);
  expect(await versionAt(address)).toBe('version 2');
});
