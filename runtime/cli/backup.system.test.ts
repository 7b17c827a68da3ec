import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { serverLog, startServer, type RunningServer, type ServerOptions } from '../host/index.ts';
import { temporaryFolder } from '../host/testing/temporary-folder.ts';
import { WireClient } from '../host/testing/wire-client.ts';
import { writeModule } from '../host/testing/write-module.ts';
import { runCli } from './run-cli.ts';

const modulePath = writeModule(`import { schema, table, t } from '@tickbase/schema';
const entry = table({ name: 'entry', public: true, persist: 'snapshot' }, {
  id: t.u32().primaryKey().autoInc(), note: t.string().persist('commit'), steps: t.u16(),
});
const game = schema({ entry }, { tickRate: 0 });
export default game;
export const wake = game.started((ctx) => {
  console.info(JSON.stringify([...ctx.db.entry.iter()].map(({ id, note, steps }) => [id, note, steps])));
});
export const write = game.reducer((ctx) => {
  const { id } = ctx.db.entry.insert({ id: 0, note: 'n', steps: 3 });
  ctx.db.entry.id.edit(id).note = 'note ' + id;
});
export const walk = game.reducer((ctx) => {
  for (const { id } of [...ctx.db.entry.iter()]) ctx.db.entry.id.edit(id).steps += 40;
});
export const scratch = game.reducer((ctx) => {
  ctx.db.entry.id.edit(1).note = 'scratched';
  ctx.db.entry.id.delete(2);
});
`);
const said: string[] = [];
const running: RunningServer[] = [];

function listen(line: string): void {
  const { origin, msg } = JSON.parse(line) as { origin?: string; msg: string };
  if (origin === 'wake') said.push(msg);
}

async function start(dataDir: string, options: Partial<ServerOptions> = {}): Promise<RunningServer> {
  const log = serverLog({ isForPeople: false, write: listen });
  const server = await startServer({ modulePath, dataDir, port: 0, database: 'ledger', log, ...options });
  running.push(server);
  return server;
}

afterEach(async () => {
  for (const server of running.splice(0)) await server.stop('the test is over');
  said.length = 0;
});

async function call(server: RunningServer, ...reducers: string[]): Promise<void> {
  const client = new WireClient(server.address, 'ledger');
  await client.until(() => client.welcome !== null);
  for (const [i, reducer] of reducers.entries()) {
    client.call(i + 1, reducer);
    await client.until(() => client.results.length === i + 1);
  }
  expect(client.results.every(({ status }) => status === 'committed')).toBe(true);
  await client.close();
}

async function tickbase(...args: string[]): Promise<{ status: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const status = await runCli(args, {
    env: {},
    cwd: '/',
    isTerminal: false,
    out: (text) => void (out += text),
    err: (text) => void (err += text),
  });
  return { status, out, err };
}

test('a backup of a running server is a world of one tick, from which another server goes on', async () => {
  const dataDir = temporaryFolder();
  const server = await start(dataDir);
  await call(server, 'write', 'write', 'walk');
  const backup = join(temporaryFolder(), 'monday');
  expect(await tickbase('backup', backup, '--data-dir', dataDir)).toMatchObject({
    status: 0,
    out: expect.stringMatching(/^backup of ledger: tick \d+, .*Z, .* bytes|kB in /),
  });
  await call(server, 'write', 'scratch');
  const target = join(temporaryFolder(), 'restored');
  expect(await tickbase('restore', backup, '--data-dir', target)).toMatchObject({ status: 0 });
  expect(readFileSync(join(target, 'identity-keys.json'))).toEqual(readFileSync(join(dataDir, 'identity-keys.json')));
  said.length = 0;
  const second = await start(target);
  expect(said).toEqual(['[[1,"note 1",43],[2,"note 2",43]]']);
  await call(second, 'write');
  await second.stop('for the test');
  said.length = 0;
  await start(target);
  expect(said).toEqual(['[[1,"note 1",43],[2,"note 2",43],[3,"note 3",3]]']);
});

test('a backup goes only into an empty folder, and only of a server that runs', async () => {
  const dataDir = temporaryFolder();
  const full = temporaryFolder();
  writeFileSync(join(full, 'letter'), '');
  const away = await tickbase('backup', join(full, 'a'), '--data-dir', dataDir);
  expect(away).toMatchObject({ status: 1, err: expect.stringContaining('CONTROL_NO_SERVER') });
  await start(dataDir);
  const refused = await tickbase('backup', full, '--data-dir', dataDir);
  expect(refused).toMatchObject({ status: 1, err: expect.stringMatching(/BACKUP_TARGET[^]*not empty/) });
  expect(readdirSync(full)).toEqual(['letter']);
  expect(await tickbase('backup', '--data-dir', dataDir)).toMatchObject({
    status: 2,
    err: expect.stringMatching(/CLI_ARGUMENT_MISSING[^]*DIR is not given/),
  });
});

test('a backup that was touched is not restored, and a folder with a world is not overwritten', async () => {
  const dataDir = temporaryFolder();
  const server = await start(dataDir);
  await call(server, 'write');
  const backup = join(temporaryFolder(), 'b');
  await tickbase('backup', backup, '--data-dir', dataDir);
  const target = join(temporaryFolder(), 'restored');

  const over = await tickbase('restore', backup, '--data-dir', dataDir);
  expect(over.err).toContain('DATA_DIR_IN_USE');
  await server.stop('for the test');
  expect((await tickbase('restore', backup, '--data-dir', dataDir)).err).toMatch(/RESTORE_TARGET[^]*not empty/);

  const snapshot = join(backup, 'snapshots', readdirSync(join(backup, 'snapshots'))[0]!);
  const bytes = readFileSync(snapshot);
  writeFileSync(snapshot, Buffer.from(bytes).fill(bytes[90]! ^ 4, 90, 91));
  expect((await tickbase('restore', backup, '--data-dir', target)).err).toMatch(/BACKUP_DAMAGED[^]*checksum/);
  writeFileSync(snapshot, bytes.subarray(1));
  expect((await tickbase('restore', backup, '--data-dir', target)).err).toMatch(/BACKUP_DAMAGED[^]*bytes instead of/);
  writeFileSync(snapshot, bytes);
  const manifest = readFileSync(join(backup, 'backup.json'), 'utf8');
  writeFileSync(join(backup, 'backup.json'), manifest.replace('"plan.json"', '"../plan.json"'));
  expect((await tickbase('restore', backup, '--data-dir', target)).err).toContain('BACKUP_DAMAGED');
  expect(existsSync(join(target, 'database.json'))).toBe(false);
  writeFileSync(join(backup, 'backup.json'), manifest);
  expect(await tickbase('restore', backup, '--data-dir', target)).toMatchObject({ status: 0 });
});

test('a backup that is not there is not called damaged, and no folder is made for it', async () => {
  const target = join(temporaryFolder(), 'new');
  const { status, err } = await tickbase('restore', join(temporaryFolder(), 'nosuch'), '--data-dir', target);
  expect([status, err]).toEqual([1, expect.stringContaining('BACKUP_MISSING')]);
  expect(existsSync(target)).toBe(false);
});

test('no server starts on half a restore; the next restore goes on', async () => {
  const dataDir = temporaryFolder();
  const server = await start(dataDir);
  await call(server, 'write');
  const backup = join(temporaryFolder(), 'b');
  await tickbase('backup', backup, '--data-dir', dataDir);
  const target = temporaryFolder();
  await tickbase('restore', backup, '--data-dir', target);
  writeFileSync(join(target, 'restore-unfinished'), '');
  await expect(start(target)).rejects.toThrow('RESTORE_UNFINISHED');
  expect(await tickbase('restore', backup, '--data-dir', target)).toMatchObject({ status: 0 });
  said.length = 0;
  await start(target);
  expect(said).toEqual(['[[1,"note 1",3]]']);
});

test('the log tells what each record did, for people and as JSON, also beside a running server', async () => {
  const dataDir = temporaryFolder();
  const server = await start(dataDir);
  await call(server, 'write', 'write', 'scratch');
  const { status, out } = await tickbase('log', '--data-dir', dataDir);
  expect(status).toBe(0);
  const records = out.split(/^(?=record )/m);
  expect(records[0]).toMatch(/^record 1 {2}tick 0 {2}schema\n {2}from here on the tables are entry\n$/);
  expect(records.find((record) => record.includes('opened'))).toMatch(
    /session 0 opened: [0-9a-f]{64}, connection [0-9a-f]{32}/,
  );
  const scratched = records.find((record) => record.includes('scratched'))!;
  expect(scratched).toContain('  - entry id=2\n');
  expect(scratched).toContain('  ~ entry id=1 note="scratched"\n');
  expect(scratched).toContain('  session 0 called: 3\n');
  expect(records.some((record) => record.includes('  + entry id=1 note="note 1" steps=3\n'))).toBe(true);

  const number = Number(/^record (\d+)/.exec(scratched)![1]);
  const json = await tickbase('log', '--data-dir', dataDir, '--from', String(number), '--count', '1', '--json');
  expect(JSON.parse(json.out)).toMatchObject({ sequence: number, kind: 'commit', lines: expect.any(Array) });
  expect(await tickbase('log', '--data-dir', dataDir, '--count', 'all')).toMatchObject({ status: 2 });

  const log = async (...args: string[]) => (await tickbase('log', '--data-dir', dataDir, ...args)).out;
  const ofTable = (await log('--table', 'entry')).split(/^(?=record )/m);
  expect(
    ofTable.every((record) =>
      record
        .split('\n')
        .slice(1, -1)
        .every((line) => /^  [+~-] entry /.test(line)),
    ),
  ).toBe(true);
  expect(await log('--table', 'entry', '--last', '2')).toBe(ofTable.slice(-2).join(''));
  const tick = /tick (\d+)/.exec(scratched)![1]!;
  expect(await log('--from-tick', tick, '--to-tick', tick)).toContain(scratched);
  expect(await log('--to-tick', '1')).not.toContain(scratched);
  const wrong = await tickbase('log', '--data-dir', dataDir, '--table', 'entri');
  expect(wrong).toMatchObject({ status: 2, err: expect.stringMatching(/no table "entri"[^]*did you mean entry\?/) });
  expect((await tickbase('log', '--data-dir', temporaryFolder())).err).toContain('LOG_MISSING');
});

test('a log that keeps inputs has each call with its outcome, the refused ones too, tick by tick', async () => {
  const dataDir = temporaryFolder();
  const server = await start(dataDir, { logInputs: true });
  const client = new WireClient(server.address, 'ledger');
  await client.until(() => client.welcome !== null);
  client.call(1, 'scratch');
  client.call(2, 'write');
  await client.until(() => client.results.length === 2);
  await server.stop('for the test');
  const { out } = await tickbase('log', '--data-dir', dataDir);
  const inputs = out.split(/^(?=record )/m).filter((record) => /^record .* {2}inputs$/m.test(record));
  expect(inputs.length).toBeGreaterThan(3);
  expect(inputs.every((record) => record.split('\n')[1]!.startsWith('  tick() '))).toBe(true);
  const told = inputs.flatMap((record) => record.split('\n').slice(2, -1));
  expect(told.map((line) => line.replace(/[0-9a-f]{64}/, 'ID').trim())).toEqual([
    'clientConnected by ID, 145 bytes of arguments: committed',
    'scratch by ID, 0 bytes of arguments: failed',
    'write by ID, 0 bytes of arguments: committed',
  ]);
});

test('damage in the middle of a log refuses the start, until it is ordered to be cut off', async () => {
  const dataDir = temporaryFolder();
  const server = await start(dataDir);
  await call(server, 'write', 'write', 'scratch');
  await server.stop('for the test');
  rmSync(join(dataDir, 'snapshots'), { recursive: true });
  const path = join(dataDir, 'log', '0000000001.log');
  const bytes = readFileSync(path);
  const at = bytes.indexOf('note 2');
  writeFileSync(path, Buffer.from(bytes).fill('x', at, at + 1));
  const refusal = await start(dataDir).then(
    () => '',
    (error: Error) => error.message,
  );
  const record = /LOG_CHECKSUM_MISMATCH[^]*--cut-log-at=(\d+)/.exec(refusal)![1]!;
  said.length = 0;
  await start(dataDir, { cutLogAt: Number(record) });
  expect(said).toEqual(['[[1,"note 1",3]]']);
});
