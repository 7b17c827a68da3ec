import { execFile, spawn, type ChildProcess, type ExecFileOptions } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** The packages as they are published: packed, installed where there is nothing of this repository, and used from there. */
const PACKAGES = ['base', 'schema', 'protocol', 'runtime', 'clients/typescript'];
/** What the client's doors want of others. */
const PEERS = ['ws@8', 'react@19.3.1', '@types/react@19.3.0'];
const ROOT = fileURLToPath(new URL('..', import.meta.url));

const MODULE = `import { schema, t, table } from '@tickbase/schema';

const note = table({ name: 'note', public: true }, { id: t.u64().primaryKey().autoInc(), text: t.string() });
const game = schema({ note }, { tickRate: 25 });
export default game;

export const write = game.reducer({ text: t.string() }, (ctx, { text }) => {
  ctx.db.note.insert({ id: 0n, text });
});
`;

const CLIENT = `import { DbConnection, tables } from './module_bindings/index.js';

const connection = await new Promise<DbConnection>((resolve, reject) => {
  const builder = DbConnection.builder().withUri(process.argv[2]!).withDatabaseName('notes');
  builder.onConnect(resolve).onConnectError((_context, error) => reject(error)).build();
});
connection.db.note.onInsert((_context, row) => {
  console.log(\`row \${row.id}: \${row.text}\`);
  connection.disconnect();
});
connection.subscriptionBuilder().subscribe([tables.note]);
await connection.reducers.write({ text: 'from afar' });
`;

const TSCONFIG = {
  compilerOptions: {
    target: 'es2023',
    lib: ['es2023'],
    module: 'nodenext',
    strict: true,
    noEmit: true,
    types: ['node'],
    typeRoots: [join(ROOT, 'node_modules', '@types')],
  },
  include: ['notes/src', 'client.ts', 'module_bindings'],
};

/** Of npm's own settings for this repository and of vitest's, nothing reaches the installed copy. */
const env = { PATH: process.env['PATH'], HOME: process.env['HOME'] };

let home = '';
let server: ChildProcess | null = null;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'tickbase-packages-'));
  await run('npm', ['run', 'build'], { cwd: ROOT });
  const folders = PACKAGES.map((folder) => join(ROOT, folder));
  const { stdout } = await run('npm', ['pack', '--silent', '--pack-destination', home, ...folders], { cwd: home, env });
  const tarballs = stdout.trim().split('\n');
  expect(tarballs).toHaveLength(PACKAGES.length);
  writeFileSync(join(home, 'package.json'), '{ "name": "notes", "private": true, "type": "module" }\n');
  const install = ['install', '--prefer-offline', '--no-audit', '--no-fund', ...PEERS];
  await run('npm', [...install, ...tarballs.map((name) => `./${name}`)], { cwd: home, env });
  for (const [path, text] of Object.entries({
    'notes/src/index.ts': MODULE,
    'client.ts': CLIENT,
    'tsconfig.json': JSON.stringify(TSCONFIG),
  })) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), text);
  }
});

afterAll(() => {
  server?.kill('SIGKILL');
  rmSync(home, { recursive: true, force: true });
});

const installed = (): string => join(home, 'node_modules', '@tickbase');

test('a package holds what was built, its licence and nothing of our tests and tools', () => {
  const packages = readdirSync(installed()).toSorted();
  expect(packages).toEqual(['base', 'client', 'protocol', 'runtime', 'schema']);
  for (const name of packages) {
    const files = readdirSync(join(installed(), name), { recursive: true, encoding: 'utf8' });
    expect(files).toContain('LICENSE');
    expect(files).toContain('dist/index.js');
    expect(files).toContain('dist/index.d.ts');
    expect(files.filter((file) => /(?<!\.d)\.ts$|\.tsbuildinfo$/.test(file))).toEqual([]);
    expect(
      files.filter((file) => /(^|\/)(testing|fixtures|golden|generated)(\/|$)|\.(test|bench)\./.test(file)),
    ).toEqual([]);
    const others = files.filter((file) => !/^dist(\/|$)/.test(file)).toSorted();
    const beside =
      name === 'runtime' ? ['LICENSE', 'bin', 'bin/tickbase.js', 'package.json'] : ['LICENSE', 'package.json'];
    expect(others).toEqual(beside);
  }
});

test('every door that a package names opens, in JavaScript and for the type checker', async () => {
  const doors: string[] = [];
  for (const name of readdirSync(installed())) {
    const text = readFileSync(join(installed(), name, 'package.json'), 'utf8');
    const { exports } = JSON.parse(text) as { exports: Record<string, unknown> };
    for (const door of Object.keys(exports)) doors.push(`@tickbase/${name}${door.slice(1)}`);
  }
  expect(doors).toContain('@tickbase/schema/query');
  const script = doors.map((door) => `await import('${door}');`).join('');
  await run(process.execPath, ['--input-type=module', '--eval', script], { cwd: home, env });

  const names = doors.map((door, i) => `export * as door${i} from '${door}';\n`).join('');
  writeFileSync(join(home, 'doors.ts'), names);
  const { compilerOptions } = TSCONFIG;
  const strictest = { ...compilerOptions, lib: ['es2023', 'dom'], skipLibCheck: false };
  writeFileSync(join(home, 'tsconfig.doors.json'), JSON.stringify({ compilerOptions: strictest, files: ['doors.ts'] }));
  await checkTypes('tsconfig.doors.json');
});

test('a world starts, bindings are generated and type-checked, a client calls and sees a row, TERM ends it', async () => {
  const bindings = ['generate', '--lang', 'typescript', '--module-path', 'notes', '--out-dir', 'module_bindings'];
  await run('npx', ['--no-install', 'tickbase', ...bindings], { cwd: home, env });
  await checkTypes('tsconfig.json');
  const bundle = [
    'client.ts',
    '--bundle',
    '--platform=node',
    '--format=esm',
    '--packages=external',
    '--outfile=client.mjs',
  ];
  await run('npx', ['--no-install', 'esbuild', ...bundle], { cwd: home, env });

  const start = ['--no-install', 'tickbase', 'start', '--module-path', 'notes', '--port', '0'];
  server = spawn('npx', start, { cwd: home, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const { address, ended, output } = await listening(server);
  const { stdout } = await run(process.execPath, ['client.mjs', address.replace('http', 'ws')], { cwd: home, env });
  expect(stdout).toBe('row 1: from afar\n');

  server.kill('SIGTERM');
  // Only when the server has let go of the streams, too: npx ends before it.
  await ended;
  expect(output()).toContain('stopping');
  await expect(fetch(`${address}/v1/health`)).rejects.toThrow();
});

/** With the repository's compiler, but nothing else of it. */
async function checkTypes(config: string): Promise<void> {
  await run(join(ROOT, 'node_modules', '.bin', 'tsc'), ['-p', config], { cwd: home, env });
}

/** Runs a program to its end. Rejects with all that it printed when that is not 0. */
async function run(program: string, args: readonly string[], options: ExecFileOptions): Promise<{ stdout: string }> {
  return await promisify(execFile)(program, args, { ...options, encoding: 'utf8' }).catch((error: unknown) => {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${program} ${args.join(' ').slice(0, 100)}\n${stdout}${stderr}`);
  });
}

/** Settles when the server has said where it listens. */
async function listening(child: ChildProcess): Promise<{
  address: string;
  ended: Promise<number | string>;
  output: () => string;
}> {
  let text = '';
  const ended = new Promise<number | string>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'nothing'));
  });
  const address = await new Promise<string>((resolve, reject) => {
    void ended.then((how) => reject(new Error(`tickbase start ended with ${how}:\n${text}`)));
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding('utf8').on('data', (part: string) => {
        text += part;
        const found = /listening at (http:[^\s"]+)/.exec(text)?.[1];
        if (found !== undefined) resolve(found);
      });
    }
  });
  return { address, ended, output: () => text };
}
