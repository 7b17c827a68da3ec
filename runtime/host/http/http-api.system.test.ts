import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ByteWriter } from '@tickbase/base';
import { DbConnectionBase, DbConnectionBuilder, makeTables } from '@tickbase/client';
import { decodeServerMessage, encodeClientMessage, newHello, type Section } from '@tickbase/protocol';
import { WebSocket } from 'ws';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { AUDIENCE, IssuerStage, makeIssuerKey } from '../../identity/testing/issuer-stage.ts';
import { runCli } from '../../cli/run-cli.ts';
import { serverLog } from '../server-log.ts';
import { startServer, type ServerOptions } from '../start-server.ts';
import type { RunningServer } from '../running-server.ts';

const MODULE = `
import { schema, SenderError, table, t } from '@tickbase/schema';

const note = table({ name: 'note', public: true }, { id: t.u64().primaryKey().autoInc(), author: t.identity(), text: t.string(), marks: t.u8().default(3).hidden() });
const secret = table({ name: 'secret' }, { key: t.string().primaryKey(), told: t.u32() });
const visit = table({ name: 'visit' }, { subject: t.string().primaryKey(), roles: t.string(), comes: t.u32(), goes: t.u32() });
const outlaw = table({ name: 'outlaw' }, { who: t.identity().primaryKey() });
const board = schema({ note, secret, visit, outlaw }, { tickRate: RATE });
export default board;

export const onConnect = board.clientConnected((ctx) => {
  const { jwt } = ctx.senderAuth;
  const subject = jwt!.subject;
  const roles = JSON.stringify(jwt!.fullPayload.roles ?? []);
  if (roles.includes('banned') || ctx.db.outlaw.who.find(ctx.sender)) throw new SenderError('you are banned');
  const row = ctx.db.visit.subject.find(subject) ?? ctx.db.visit.insert({ subject, roles, comes: 0, goes: 0 });
  ctx.db.visit.subject.update({ ...row, roles, comes: row.comes + 1 });
});

export const onDisconnect = board.clientDisconnected((ctx) => {
  const row = ctx.db.visit.subject.find(ctx.senderAuth.jwt!.subject)!;
  ctx.db.visit.subject.update({ ...row, goes: row.goes + 1 });
});

export const write = board.reducer({ text: t.string(), count: t.u64() }, (ctx, { text, count }) => {
  if (text === '') throw new SenderError('say something');
  for (let i = 0n; i < count; i++) ctx.db.note.insert({ id: 0n, author: ctx.sender, text });
});

export const fail = board.reducer((ctx) => {
  ctx.db.note.insert({ id: 0n, author: ctx.sender, text: 'never' });
  throw new Error('of the module');
});

export const banish = board.reducer({ who: t.identity(), regret: t.bool() }, (ctx, { who, regret }) => {
  ctx.db.outlaw.insert({ who });
  ctx.disconnect(who, 'the watch has thrown you out');
  if (regret) throw new SenderError('not yet');
});

export const spin = board.reducer(() => {
  for (;;);
});
`;

/** Git-ignored, and within the checkout, where the packages are found. */
const FOLDER = join(import.meta.dirname, '../../../.cache/http-api');

let issuer: IssuerStage;
const servers: RunningServer[] = [];

beforeAll(async () => {
  vi.spyOn(console, 'info').mockReturnValue();
  vi.spyOn(console, 'warn').mockReturnValue();
  issuer = await IssuerStage.open(makeIssuerKey('a'));
});

afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop('for the test')));
  await issuer.close();
  rmSync(FOLDER, { recursive: true, force: true });
});

async function start(rate: number, options: Partial<ServerOptions> = {}): Promise<RunningServer> {
  mkdirSync(FOLDER, { recursive: true });
  const modulePath = mkdtempSync(join(FOLDER, 'board-'));
  mkdirSync(join(modulePath, 'src'));
  writeFileSync(join(modulePath, 'src/index.ts'), MODULE.replace('RATE', String(rate)));
  const server = await startServer({
    modulePath,
    database: 'board',
    port: 0,
    dataDir: mkdtempSync(join(tmpdir(), 'tickbase-')),
    callMsMax: 100,
    issuers: [issuer.address],
    audiences: [AUDIENCE],
    admins: ['roles=keeper'],
    log: serverLog({ isForPeople: false, write: () => {} }),
    ...options,
  });
  servers.push(server);
  return server;
}

interface Answer {
  status: number;
  // oxlint-disable-next-line typescript/no-explicit-any
  body: any;
}

async function post(server: RunningServer, path: string, token: string, body: unknown = ''): Promise<Answer> {
  const response = await fetch(`${server.address}/v1/${path}`, {
    method: 'POST',
    headers: token === '' ? {} : { authorization: `Bearer ${token}` },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

/** A client that has its welcome. */
async function greeted(server: RunningServer, token: string): Promise<{ socket: WebSocket; welcome: Welcome }> {
  const socket = new WebSocket(`${server.address.replace('http', 'ws')}/v1/database/board/subscribe`, 'tickbase.1');
  await new Promise((resolve) => socket.once('open', resolve));
  const writer = new ByteWriter();
  encodeClientMessage(writer, { receiptTick: 0, items: [newHello({ token })] });
  const answer = new Promise<Buffer>((resolve) => socket.once('message', resolve));
  socket.send(writer.copy());
  let welcome: Welcome | null = null;
  decodeServerMessage(new Uint8Array(await answer), (section) => (welcome = section.welcome));
  return { socket, welcome: welcome! };
}

type Welcome = NonNullable<Section['welcome']>;

const ownerToken = ({ dataDir }: RunningServer): string => readFileSync(join(dataDir, 'owner.token'), 'utf8').trim();
const sql = (server: RunningServer, text: string, token = ownerToken(server)): Promise<Answer> =>
  post(server, 'database/board/sql', token, text);

describe.each([0, 20])('at tickRate %i', (rate) => {
  let server: RunningServer;
  let ann: string;

  beforeAll(async () => {
    server = await start(rate);
    ann = await issuer.sign({ sub: 'ann', roles: ['smith'] });
  });

  test('a call runs between the hooks of its caller, who is told when it is durable', async () => {
    expect(await post(server, 'database/board/call/write', ann, ['hello', '2'])).toEqual({ status: 200, body: {} });
    expect(await post(server, 'database/board/call/write', ann, { text: 'by name', count: 1 })).toMatchObject({
      status: 200,
    });
    expect((await sql(server, 'SELECT text FROM note')).body.rows).toEqual([['hello'], ['hello'], ['by name']]);
    const visit = (await sql(server, "SELECT comes, goes, roles FROM visit WHERE subject = 'ann'")).body.rows;
    expect(visit).toEqual([[2, 2, '["smith"]']]);
  });

  test('a call that comes to nothing says why, and leaves nothing', async () => {
    const call = (name: string, body: unknown = [], token = ann): Promise<Answer> =>
      post(server, `database/board/call/${name}`, token, body);
    expect(await call('write', ['', 1])).toEqual({
      status: 422,
      body: { code: 'SENDER_ERROR', message: 'say something' },
    });
    expect(await call('fail')).toMatchObject({
      status: 500,
      body: { code: 'INTERNAL_ERROR', message: 'the reducer failed' },
    });
    expect(await call('spin')).toMatchObject({ status: 500, body: { code: 'CALL_STOPPED' } });
    expect(await call('nothing')).toEqual({
      status: 404,
      body: {
        code: 'UNKNOWN_REDUCER',
        message: expect.stringMatching(/^there is no reducer "nothing"; there are \w+, \w+/),
      },
    });
    expect(await call('wriet')).toMatchObject({
      body: {
        message: expect.stringMatching(/^there is no reducer "wriet"; there are write, (?!.*(write|on_connect))/),
      },
    });
    expect(await call('on_connect')).toMatchObject({ status: 403, body: { code: 'REDUCER_NOT_CALLABLE' } });
    expect(await call('write', ['a'])).toEqual({
      status: 400,
      body: { code: 'BODY_MALFORMED', message: 'write: it takes 2 arguments (text, count), not 1' },
    });
    expect(await call('fail', [1])).toMatchObject({ body: { message: 'fail: it takes no arguments, not 1' } });
    expect(await call('write', ['a', -1])).toMatchObject({ status: 400, body: { code: 'JSON_VALUE' } });
    expect(await call('write', { text: 'a', count: 1, __proto: 1 })).toMatchObject({ status: 400 });
    expect(await call('write', '{"text":"a","text":')).toMatchObject({ status: 400, body: { code: 'BODY_MALFORMED' } });
    expect(await call('write', ['a'.repeat(70_000), 1])).toMatchObject({
      status: 413,
      body: { code: 'BODY_TOO_LONG' },
    });
    const banned = await issuer.sign({ sub: 'eve', roles: ['banned'] });
    expect(await call('write', ['a', 1], banned)).toEqual({
      status: 403,
      body: { code: 'CONNECTION_REFUSED', message: 'you are banned' },
    });
    expect(await call('write', ['a', 1], '')).toMatchObject({ status: 401, body: { code: 'TOKEN_MISSING' } });
    expect(await call('write', ['a', 1], `${ann}A`)).toMatchObject({
      status: 401,
      body: { code: expect.stringMatching(/^TOKEN_/) },
    });
    expect((await sql(server, "SELECT COUNT(*) FROM note WHERE text = 'a' OR text = 'never'")).body.rows).toEqual([
      ['0'],
    ]);
  });

  test('statements read and write all tables, for the owner and admins alone', async () => {
    expect(await sql(server, "INSERT INTO secret VALUES ('door', 7)")).toMatchObject({
      status: 200,
      body: { changed: 1 },
    });
    const keeper = await issuer.sign({ sub: 'bob', roles: 'player keeper' });
    expect(await sql(server, 'SELECT * FROM secret', keeper)).toEqual({
      status: 200,
      body: {
        columns: [
          { name: 'key', type: 'string' },
          { name: 'told', type: 'u32' },
        ],
        rows: [['door', 7]],
        changed: 0,
      },
    });
    for (const token of [ann, (await post(server, 'identity', '')).body.token as string]) {
      expect(await sql(server, 'SELECT * FROM note', token)).toMatchObject({
        status: 403,
        body: { code: 'NOT_ALLOWED' },
      });
    }
    expect(await sql(server, 'SELECT', ownerToken(server))).toMatchObject({
      status: 400,
      body: { code: 'SQL_SYNTAX' },
    });
    expect(await sql(server, "INSERT INTO secret VALUES ('door', 8)")).toMatchObject({
      status: 422,
      body: { code: 'STORE_UNIQUE_VIOLATION' },
    });
    expect((await sql(server, 'DELETE FROM secret')).body).toMatchObject({ changed: 1 });
  });
});

test('an identity is given over HTTP, and a pass stands for it', async () => {
  const [server] = servers;
  const given = await post(server!, 'identity', '');
  expect(given).toMatchObject({ status: 200, body: { identity: expect.stringMatching(/^5442[0-9a-f]{60}$/) } });
  const pass = await post(server!, 'identity/websocket-token', given.body.token as string);
  const called = await post(server!, 'database/board/call/write', pass.body.token as string, ['passed', 1]);
  expect(called.status).toBe(200);
  const author = (await sql(server!, "SELECT author FROM note WHERE text = 'passed'")).body.rows;
  expect(author).toEqual([[given.body.identity]]);
  expect(await post(server!, 'identity/websocket-token', '')).toMatchObject({ status: 401 });
});

test('a live connection goes on with a newer token, and the module sees what it says', async () => {
  const [server] = servers;
  const nowS = Math.floor(Date.now() / 1_000);
  const client = await greeted(server!, await issuer.sign({ sub: 'zoe', exp: nowS + 60 }));
  const connectionId = client.welcome.connectionId.toString(16).padStart(32, '0');
  const renew = (token: string): Promise<Answer> => post(server!, 'database/board/renew', token, { connectionId });
  expect(await renew(await issuer.sign({ sub: 'ann' }))).toMatchObject({
    status: 404,
    body: { code: 'UNKNOWN_CONNECTION' },
  });
  expect(await renew(await issuer.sign({ sub: 'zoe', roles: ['mayor'] }))).toEqual({ status: 200, body: {} });
  client.socket.close(1000);
  await vi.waitUntil(async () => {
    const { body } = await sql(server!, "SELECT goes FROM visit WHERE subject = 'zoe'");
    return body.rows[0]?.[0] === 1;
  });
});

test('a client shows a newer token by itself before the first one ends, and tells how far the server is', async () => {
  const [server] = servers;
  const nowS = Math.floor(Date.now() / 1_000);
  const first = await issuer.sign({ sub: 'eve', exp: nowS + 7 });
  const newer = await issuer.sign({ sub: 'eve', exp: nowS + 600 });
  const tokens = [first, newer];
  const states: string[] = [];
  const builder = new DbConnectionBuilder({
    module: { tables: [], reducers: [] },
    tables: makeTables([]),
    make: (setup) => new DbConnectionBase(setup),
  });
  const connection = builder
    .withUri(server!.address)
    .withDatabaseName('board')
    .withTokenSource(() => tokens.shift())
    .onStateChange((state) => states.push(state))
    .build();
  await vi.waitUntil(() => connection.token === newer, { timeout: 30_000 });
  expect(tokens).toEqual([]);
  expect(states).toEqual(['connecting', 'live']);
  expect(await connection.ping()).toBeGreaterThan(0);
  await expect(connection.renewToken(await issuer.sign({ sub: 'ann' }))).rejects.toMatchObject({
    code: 'UNKNOWN_CONNECTION',
  });
  expect(connection.token).toBe(newer);
  connection.disconnect();
});

test('who is banned is thrown out once that has committed, and is not let in again', async () => {
  for (const server of servers.slice(0, 2)) {
    const token = await issuer.sign({ sub: 'rob' });
    const { socket, welcome } = await greeted(server, token);
    const closed = new Promise<string>((resolve) =>
      socket.once('close', (code, reason) => resolve(`${code} ${String(reason)}`)),
    );
    const who = welcome.identity.toString(16).padStart(64, '0');
    const banish = (regret: boolean): Promise<Answer> =>
      post(server, 'database/board/call/banish', ownerToken(server), { who, regret });
    expect(await banish(true)).toMatchObject({ status: 422 });
    expect(await banish(false)).toMatchObject({ status: 200 });
    expect(await closed).toBe('4006 ENDED_BY_MODULE: the watch has thrown you out');
    expect(await post(server, 'database/board/call/write', token, ['a', 1])).toMatchObject({
      body: { code: 'CONNECTION_REFUSED', message: 'you are banned' },
    });
  }
});

test('after a crash clientDisconnected sees what the token of each session said', async () => {
  const [server] = servers;
  const { socket } = await greeted(server!, await issuer.sign({ sub: 'lea' }));
  // What a crash would leave: the folder as it is while the client is there.
  const dataDir = join(mkdtempSync(join(tmpdir(), 'tickbase-')), 'data');
  cpSync(server!.dataDir, dataDir, { recursive: true, filter: (path) => !path.endsWith('.sock') });
  const heir = await start(0, { dataDir });
  expect((await sql(heir, "SELECT comes, goes FROM visit WHERE subject = 'lea'")).body.rows).toEqual([[1, 1]]);
  socket.close(1000);
});

test('the schema is for all without private parts, and for admins with them', async () => {
  const [server] = servers;
  const read = async (token: string): Promise<string[]> => {
    const headers = token === '' ? {} : { authorization: `Bearer ${token}` };
    const response = await fetch(`${server!.address}/v1/database/board/schema`, { headers });
    const { tables, reducers } = (await response.json()) as Record<string, { name: string }[]>;
    return [...tables!, ...reducers!].map(({ name }) => name);
  };
  expect(await read('')).toEqual(['note', 'write', 'fail', 'banish', 'spin']);
  const shown = await (await fetch(`${server!.address}/v1/database/board/schema`)).text();
  expect(shown).not.toContain('marks');
  expect((await sql(server!, 'SELECT marks FROM note LIMIT 1')).body.rows).toEqual([[3]]);
  expect(await read(ownerToken(server!))).toEqual(expect.arrayContaining(['secret', 'visit', 'on_connect']));
});

test('another database is not there, and other methods are not either', async () => {
  const [server] = servers;
  expect(await post(server!, 'database/other/sql', ownerToken(server!), 'SELECT 1')).toMatchObject({
    status: 404,
    body: { code: 'UNKNOWN_DATABASE' },
  });
  const response = await fetch(`${server!.address}/v1/database/board/sql`);
  expect(response.status).toBe(404);
});

test("the owner's token is its owner's alone, and stays", async () => {
  const [server] = servers;
  expect(statSync(join(server!.dataDir, 'owner.token')).mode & 0o777).toBe(0o600);
});

test('commands find the server by its data folder, and are the owner there', async () => {
  const [server] = servers;
  const run = async (...args: string[]): Promise<{ status: number; out: string; err: string }> => {
    let [out, err] = ['', ''];
    const io = {
      env: {},
      cwd: '/',
      isTerminal: false,
      out: (text: string) => void (out += text),
      err: (text: string) => void (err += text),
    };
    const status = await runCli([...args, '--data-dir', server!.dataDir], io);
    return { status, out, err };
  };
  expect(await run('call', 'write', 'by hand', '2')).toEqual({ status: 0, out: 'write: done\n', err: '' });
  expect(await run('sql', "SELECT text, id FROM note WHERE text = 'by hand' LIMIT 1")).toMatchObject({
    status: 0,
    out: expect.stringMatching(/^text {5}id\n-+ {2}-+\nby hand {2}\d+\n$/),
  });
  expect(await run('sql', '--json', "DELETE FROM note WHERE text = 'by hand'")).toMatchObject({
    out: '{"columns":[],"rows":[],"changed":2}\n',
  });
  expect(await run('sql', 'SELECT')).toMatchObject({ status: 1, err: expect.stringContaining('SQL_SYNTAX') });
  expect(await run('call', 'write', '')).toMatchObject({ status: 1 });
  const keys = await run('keys');
  expect(keys.out).toMatch(/^[0-9a-f]{16} {2}\S+ {2}signs\n$/);
});
