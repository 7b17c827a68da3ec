import { mkdir, mkdtemp, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TickbaseError } from '@tickbase/base';
import type { Plan } from '@tickbase/schema/plan';
import { afterEach, expect, test, vi } from 'vitest';
import { temporaryFolder } from '../../host/testing/temporary-folder.ts';
import { GENERATOR_VERSION } from './generator-version.ts';
import { runGenerate } from './run-generate.ts';
import { bazaarPlan } from './testing/bazaar-plan.ts';
import * as chatModule from './testing/chat/src/index.ts';
import { planOf } from './testing/plan-of.ts';

afterEach(() => void vi.restoreAllMocks());

interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function generate(argv: string[], plan = planOf(chatModule)): Promise<Said> {
  let out = '';
  let err = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((err += String(text)), true));
  const code = await runGenerate(argv, () => Promise.resolve(plan));
  vi.restoreAllMocks();
  return { code, out, err };
}

function folder(): string {
  return join(temporaryFolder(), 'src', 'module_bindings');
}

test('a second run touches nothing, and what is no longer part of the bindings is removed', async () => {
  const outDir = folder();
  const argv = ['--lang', 'typescript', '--out-dir', outDir, '--module-path', 'anywhere'];
  expect(await generate(argv, bazaarPlan())).toMatchObject({
    code: 0,
    out: `${outDir}: 7 written, 0 unchanged, 0 removed\n`,
  });
  await writeFile(join(outDir, 'mine.ts'), 'export const mine = 7;\n');
  const old = new Date('2020-03-04T05:06:07Z');
  for (const file of await readdir(outDir)) await utimes(join(outDir, file), old, old);
  expect((await generate(argv, bazaarPlan())).out).toContain('0 written, 7 unchanged, 0 removed');
  for (const file of await readdir(outDir)) expect((await stat(join(outDir, file))).mtime, file).toEqual(old);
  expect((await generate(argv)).out).toContain('6 written, 0 unchanged, 5 removed');
  expect((await readdir(outDir)).sort()).toEqual([
    'index.ts',
    'message_table.ts',
    'mine.ts',
    'send_message_reducer.ts',
    'set_name_reducer.ts',
    'types.ts',
    'user_table.ts',
  ]);
});

test('a file of somebody else is not overwritten, and then nothing is written', async () => {
  const outDir = folder();
  const argv = ['--lang', 'typescript', '--out-dir', outDir, '--module-path', 'anywhere'];
  await generate(argv, bazaarPlan());
  await writeFile(join(outDir, 'user_table.ts'), '// mine\n');
  const said = await generate(argv);
  expect(said.code).toBe(1);
  expect(said.err).toContain('GENERATE_FILE_TAKEN');
  expect(await readFile(join(outDir, 'user_table.ts'), 'utf8')).toBe('// mine\n');
  expect(await readdir(outDir)).not.toContain('set_name_reducer.ts');
});

test.each([
  ['GENERATE_USAGE', ['--out-dir', 'a', '--module-path', 'b'], '--lang is missing'],
  ['GENERATE_USAGE', ['--lang', 'typescript', '--module-path', 'b'], '--out-dir is missing'],
  ['GENERATE_USAGE', ['--lang', 'typescript', '--out-dir', 'a'], '--module-path is missing'],
  [
    'GENERATE_USAGE',
    ['--lang', 'typescript', '--out-dir', 'a', '--module-path', 'b', '--import-extension', 'mjs'],
    'mjs',
  ],
  ['GENERATE_USAGE', ['--colour'], '--colour'],
  ['GENERATE_LANGUAGE_UNKNOWN', ['--lang', 'cobol'], 'there is one for typescript'],
])('%s: %j', async (code, argv, text) => {
  const said = await generate(argv);
  expect(said).toMatchObject({ code: 2, out: '' });
  expect(said.err).toContain(code);
  expect(said.err).toContain(text);
});

test('--help names every option', async () => {
  const { code, out } = await generate(['--help']);
  expect(code).toBe(0);
  for (const option of ['lang', 'out-dir', 'module-path', 'include-private', 'import-extension', 'help']) {
    expect(out).toContain(`--${option}`);
  }
});

test('a module is read from its folder', async () => {
  const outDir = folder();
  const modulePath = await mkdtemp(join(import.meta.dirname, 'testing', 'module-'));
  const { mkdir, rm } = await import('node:fs/promises');
  try {
    await mkdir(join(modulePath, 'src'));
    await writeFile(
      join(modulePath, 'src', 'index.ts'),
      `import { schema, table, t } from '@tickbase/schema';
      const world = schema({ lamp: table({ name: 'lamp', public: true }, { id: t.u32().primaryKey(), lit: t.bool() }) });
      export default world;
      export const toggle_lamp = world.reducer({ id: t.u32() }, () => {});`,
    );
    vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    expect(await runGenerate(['--lang', 'typescript', '--out-dir', outDir, '--module-path', modulePath])).toBe(0);
    expect((await readdir(outDir)).sort()).toEqual(['index.ts', 'lamp_table.ts', 'toggle_lamp_reducer.ts', 'types.ts']);
    expect(await readFile(join(outDir, 'index.ts'), 'utf8')).toContain(
      'toggleLamp(args: ToggleLampParams): Promise<void>;',
    );
  } finally {
    await rm(modulePath, { recursive: true });
  }
});

test('the generator has the version of its package', async () => {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  expect(GENERATOR_VERSION).toBe((JSON.parse(text) as { version: string }).version);
});

test('with --watch a change of the sources makes the bindings anew, a mistake leaves them, and nothing else is written', async () => {
  const modulePath = temporaryFolder();
  const source = join(modulePath, 'src', 'index.ts');
  await mkdir(join(modulePath, 'src', 'deep'), { recursive: true });
  await writeFile(source, 'chat');
  const outDir = join(modulePath, 'bindings');
  const plans = new Map([
    ['chat', planOf(chatModule)],
    ['bazaar', bazaarPlan()],
  ]);
  const loadPlan = async (): Promise<Plan> => {
    const plan = plans.get(await readFile(source, 'utf8'));
    if (plan === undefined) throw new TickbaseError({ code: 'MODULE_BROKEN', what: 'no', where: source, mend: '' });
    return plan;
  };
  let said = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((said += String(text)), true));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((said += String(text)), true));
  const stop = new AbortController();
  const argv = ['--lang', 'typescript', '--out-dir', outDir, '--module-path', modulePath, '--watch'];
  const ended = runGenerate(argv, loadPlan, stop.signal);
  const says = (text: string): Promise<void> => vi.waitFor(() => expect(said).toContain(text), 20_000);
  await says('6 written, 0 unchanged, 0 removed\nwatching');
  await writeFile(join(modulePath, 'src', 'deep', 'note.ts'), '');
  await says('0 written, 6 unchanged, 0 removed');
  await writeFile(source, 'broken');
  await says('MODULE_BROKEN');
  expect(await readdir(outDir)).toHaveLength(6);
  await writeFile(source, 'bazaar');
  await says('7 written, 0 unchanged, 4 removed');
  stop.abort();
  expect(await ended).toBe(0);
});
