import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningServer, serverLog, startServer } from '../host/index.ts';
import { temporaryFolder } from '../host/testing/temporary-folder.ts';
import { testModule } from '../host/testing/test-module.ts';
import { runCli } from './run-cli.ts';

const dataDir = temporaryFolder();
let server: RunningServer;

beforeAll(async () => {
  const log = serverLog({ isForPeople: false, write: () => {} });
  server = await startServer({ modulePath: testModule(0), database: 'bank', port: 0, dataDir, log });
});

afterAll(() => server.stop('the tests are over'));

async function tickbase(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const texts = { out: '', err: '' };
  const code = await runCli([...args, '--data-dir', dataDir], {
    env: {},
    cwd: '/srv/empty',
    out: (text) => (texts.out += text),
    err: (text) => (texts.err += text),
    isTerminal: false,
  });
  return { code, ...texts };
}

test('a call of a reducer is done when it ends, and what it did is there', async () => {
  expect(await tickbase('call', 'pay', '30')).toEqual({ code: 0, out: 'pay: done\n', err: '' });
  const { out } = await tickbase('sql', 'SELECT gold FROM purse');
  expect(out.split('\n').slice(0, 3)).toEqual(['gold', '----', '70']);
});

test('who calls a reducer that there is not is told of those that there are, the likely one first, and of where they are listed', async () => {
  const { code, err } = await tickbase('call', 'sutmble');
  expect(code).toBe(1);
  expect(err.split('\n').slice(0, 3)).toEqual([
    'UNKNOWN_REDUCER: there is no reducer "sutmble"; there are stumble, pay, promise',
    `  where: ${server.address}/v1/database/bank/call/sutmble`,
    `  mend:  check its spelling; GET ${server.address}/v1/database/bank/schema tells of all reducers and what they take`,
  ]);
  const listed = (await (await fetch(`${server.address}/v1/database/bank/schema`)).json()) as { reducers: unknown[] };
  expect(listed.reducers).toHaveLength(3);
});

test('a wrong number of arguments, and a wrong one, are told in words of the command line', async () => {
  const few = (await tickbase('call', 'pay')).err;
  expect(few).toContain('BODY_MALFORMED: pay: it takes 1 argument (gold), not 0\n');
  expect(few).toContain(
    'mend:  give its arguments in their order behind its name; each is JSON, or text as it stands\n',
  );
  expect((await tickbase('call', 'pay', 'much')).err).toMatch(/^JSON_VALUE: pay: .*gold/);
});

test('a statement that names what there is not is told what was likely meant, and where it is listed', async () => {
  const table = (await tickbase('sql', 'SELECT * FROM purce')).err;
  expect(table).toMatch(/^SQL_TABLE_UNKNOWN: .*did you mean purse\?[^]*mend: .*GET http.*\/schema tells/);
  const column = (await tickbase('sql', 'SELECT godl FROM purse')).err;
  expect(column).toMatch(/^SQL_COLUMN_UNKNOWN: .*did you mean gold\?[^]*mend: .*GET http.*\/schema tells/);
  expect((await tickbase('sql', 'SELEC gold')).err).toMatch(/^SQL_SYNTAX: [^]*mend: .*tickbase sql --help/);
});
