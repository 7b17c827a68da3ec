import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
/** Git-ignored, and within the checkout, where the README says that worlds are put. */
const folder = join(root, '.cache/readme');
const running: ChildProcess[] = [];

/** The README's files by their name: a code block after a line that begins with the name in backquotes. */
function filesOfReadme(): Map<string, string> {
  const text = readFileSync(join(root, 'README.md'), 'utf8');
  const blocks = text.matchAll(/^`(my-[^`]+\.ts)`[^\n]*:\n\n```ts\n(.*?)```/gms);
  return new Map(Array.from(blocks, ([, name, code]) => [name!, code!]));
}

/** Starts a program of the checkout and waits for a line of its output. */
function lineOf(args: readonly string[], pattern: RegExp): Promise<RegExpExecArray> {
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  running.push(child);
  return new Promise((resolve, reject) => {
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        said += `${line}\n`;
        const found = pattern.exec(line);
        if (found !== null) resolve(found);
      });
    }
    child.once('exit', (code) => reject(new Error(`ended with ${code}:\n${said}`)));
  });
}

const command = join(root, 'runtime/bin/tickbase.js');

beforeAll(() => {
  rmSync(folder, { recursive: true, force: true });
  for (const [name, code] of filesOfReadme()) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), code);
  }
});

afterAll(async () => {
  for (const child of running) {
    if (child.exitCode !== null) continue;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
});

test('the README’s world and client do what it says', async () => {
  expect([...filesOfReadme().keys()]).toEqual(['my-world/src/index.ts', 'my-client/main.ts']);
  const [, port] = await lineOf(
    [command, 'start', '--module-path', 'my-world', '--port', '0'],
    /listening at http:\/\/127\.0\.0\.1:(\d+)/,
  );
  execFileSync(
    process.execPath,
    [
      command,
      'generate',
      '--lang',
      'typescript',
      '--module-path',
      'my-world',
      '--out-dir',
      'my-client/module_bindings',
    ],
    { cwd: folder },
  );
  const main = join(folder, 'my-client/main.ts');
  writeFileSync(main, readFileSync(main, 'utf8').replace(':3000', `:${port}`));
  const options = [
    '--strict',
    '--noEmit',
    '--target',
    'es2023',
    '--module',
    'nodenext',
    '--types',
    'node',
    '--skipLibCheck',
    '--allowImportingTsExtensions',
  ];
  execFileSync(
    join(root, 'node_modules/.bin/tsc'),
    [
      ...options,
      '--ignoreConfig',
      '--customConditions',
      'tickbase-source',
      'my-world/src/index.ts',
      'my-client/main.ts',
    ],
    { cwd: folder, stdio: 'inherit' },
  );
  await lineOf(['--conditions=tickbase-source', '--import', 'tsx', main], /^moved \{ id: 1n, x: /);
});
