import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const GAME = fileURLToPath(new URL('.', import.meta.url));
const TICKBASE = fileURLToPath(new URL('../runtime/bin/tickbase.js', import.meta.url));

test('the committed bindings are what tickbase generate writes for the module', async () => {
  const outDir = await mkdtemp(join(tmpdir(), 'module-bindings-'));
  try {
    const flags = ['--lang', 'typescript', '--module-path', GAME, '--out-dir', outDir, '--import-extension', 'ts'];
    await promisify(execFile)(process.execPath, [TICKBASE, 'generate', ...flags]);
    expect(await filesOf(join(GAME, 'module_bindings'))).toEqual(await filesOf(outDir));
  } finally {
    await rm(outDir, { recursive: true });
  }
});

async function filesOf(folder: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const name of (await readdir(folder)).sort()) files[name] = await readFile(join(folder, name), 'utf8');
  return files;
}
