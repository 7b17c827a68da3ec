import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { MigrationStep } from '@tickbase/schema/plan';
import { afterEach, expect, test } from 'vitest';
import { ControlServer } from '../host/control/index.ts';
import type { PublishAnswer } from '../host/publish/publish-answer.ts';
import { DataFolder } from '../storage/index.ts';
import { temporaryFolder } from '../host/testing/temporary-folder.ts';
import { writeModule } from '../host/testing/write-module.ts';
import { loadModule } from '../host/load-module.ts';
import { runCli } from './run-cli.ts';

let server: ControlServer | null = null;
let asked: unknown = null;

afterEach(async () => {
  await server?.close();
  server = null;
});

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const code = await runCli(args, {
    env: {},
    cwd: '/srv/empty',
    out: (text) => (out += text),
    err: (text) => (err += text),
    isTerminal: false,
  });
  return { code, out, err };
}

/** A folder on which something answers as a server would. */
async function answering(answer: Partial<PublishAnswer>): Promise<string> {
  const folder = temporaryFolder();
  server = await ControlServer.open({
    folder,
    onFault: () => {},
    handlers: {
      publish: async (options, tell) => {
        asked = options;
        tell('the module is bundled');
        return { outcome: 'published', database: 'town', steps: [], stillMs: 3.2, ...answer };
      },
      stop: async () => ({ database: 'town' }),
    },
  });
  return folder;
}

const STEPS: readonly MigrationStep[] = [
  {
    what: 'remove column purse.gold',
    table: 'purse',
    column: 'gold',
    class: 'refused',
    why: 'its values would be lost',
    mend: "list 'purse.gold' in schema(…, { removed: [ … ] })",
  },
  { what: 'add table herb', table: 'herb', column: null, class: 'safe', why: 'it begins without rows', mend: '' },
  {
    what: 'rename column purse.id to purse.number',
    table: 'purse',
    column: 'number',
    class: 'disconnects clients',
    why: 'values stay; clients know a column by its name',
    mend: '',
  },
];

test('publish prints the steps, each with its class, and says what came of it', async () => {
  const folder = await answering({ outcome: 'refused', steps: STEPS });
  expect(await run('publish', '--module-path', '/srv/town', '--data-dir', folder)).toEqual({
    code: 1,
    err: 'the module is bundled\n',
    out: `  refused              remove column purse.gold
                       its values would be lost
                       mend: list 'purse.gold' in schema(…, { removed: [ … ] })
  safe                 add table herb
                       it begins without rows
  disconnects clients  rename column purse.id to purse.number
                       values stay; clients know a column by its name
refused: nothing is changed, town runs the module that it had
`,
  });
  expect(asked).toEqual({ modulePath: '/srv/town', isDryRun: false, mayBreakClients: false });
});

test.each([
  ['published', 0, 'published: town runs the new module; the world stood still for 3 ms\n'],
  ['possible', 0, 'possible: this was a dry run, town is as it was\n'],
  [
    'breaking',
    1,
    'not published: clients would be disconnected; --break-clients allows it. town runs the module that it had\n',
  ],
] as const)('an outcome of %s ends with %i', async (outcome, code, line) => {
  const folder = await answering({ outcome });
  const args = ['--module-path', '/srv/town', '--data-dir', folder, '--dry-run', '--break-clients'];
  expect(await run('publish', ...args)).toMatchObject({
    code,
    out: `tables, reducers and clients: nothing differs\n${line}`,
  });
  expect(asked).toEqual({ modulePath: '/srv/town', isDryRun: true, mayBreakClients: true });
});

test('a dry run says when --break-clients would be needed', async () => {
  const folder = await answering({ outcome: 'possible', steps: STEPS.slice(1) });
  const dry = await run('publish', '--module-path', '/srv/town', '--data-dir', folder, '--dry-run');
  expect(dry.code).toBe(0);
  expect(dry.out).toMatch(/^possible with --break-clients: this was a dry run, town is as it was$/m);
});

test('a module that is not there is that, and not a server that does not run', async () => {
  const args = ['publish', '--module-path', join(temporaryFolder(), 'nowhere')];
  for (const more of [[], ['--dry-run'], ['--data-dir', temporaryFolder()]]) {
    const err = expect.stringContaining('MODULE_NOT_FOUND') as string;
    expect(await run(...args, ...more)).toMatchObject({ code: 1, err });
  }
});

const source = (shape: string): string => `import { schema, table, t } from '@tickbase/schema';
const purse = table({ public: true }, { id: t.u32().primaryKey(), ${shape} });
export default schema({ purse });`;

test('without a server a dry run tells what the plan alone says, and all else is a coded error', async () => {
  const modulePath = writeModule(source('gold: t.u32()'));
  const dataDir = join(temporaryFolder(), 'data');
  const args = ['--module-path', modulePath, '--data-dir', dataDir];
  expect(await run('publish', ...args, '--dry-run')).toMatchObject({
    code: 1,
    err: expect.stringContaining('CONTROL_NO_SERVER') as string,
  });
  mkdirSync(dataDir);
  DataFolder.open(dataDir).keepPlan((await loadModule(modulePath)).plan);
  const next = writeModule(source('gold: t.u64(), silver: t.u8().default(1), copper: t.u64().default(5n)'));
  const dry = await run('publish', '--module-path', next, '--data-dir', dataDir, '--dry-run');
  expect(dry.code).toBe(0);
  expect(dry.err).toContain('its plan was looked at, its rows were not');
  expect(dry.out).toContain('  rewrites             add column purse.silver, u8\n');
  expect(dry.out).toContain(' rows that are there get 5\n');
  expect(dry.out).toContain('  disconnects clients  change the type of purse.gold: u32 becomes u64\n');
  expect(await run('publish', ...args)).toMatchObject({
    code: 1,
    err: expect.stringContaining('CONTROL_NO_SERVER') as string,
  });
});

test('what publish and stop do not understand ends with 2', async () => {
  expect(await run('publish', '--dry')).toMatchObject({
    code: 2,
    err: expect.stringContaining('CLI_FLAG_UNKNOWN') as string,
  });
  expect(await run('publish')).toMatchObject({ code: 2, err: expect.stringContaining('CLI_MODULE_MISSING') as string });
  expect(await run('publish', '--port', '3')).toMatchObject({
    code: 2,
    err: expect.stringContaining('tickbase publish --help') as string,
  });
  expect(await run('stop')).toMatchObject({
    code: 2,
    err: expect.stringMatching(/CLI_MODULE_MISSING[^]*give the server's data folder with --data-dir/) as string,
  });
  expect(await run('stop', '--dry-run')).toMatchObject({
    code: 2,
    err: expect.stringContaining('tickbase stop --help') as string,
  });
});

test('stop ends the server of a folder, and says when none runs there', async () => {
  const folder = await answering({});
  expect(await run('stop', '--data-dir', folder)).toMatchObject({
    code: 0,
    out: 'stopped: town has written what it had; its folder and port are free\n',
  });
  expect(await run('stop', '--data-dir', temporaryFolder())).toMatchObject({
    code: 1,
    err: expect.stringContaining('CONTROL_NO_SERVER') as string,
  });
});
