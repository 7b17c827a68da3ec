import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { prepareFolder } from './prepare-folder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tickbase-prepare-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a folder is made with those above it, and nothing is left in it', () => {
  const dir = join(folder, 'a', 'b');
  prepareFolder('--report', dir);
  prepareFolder('--report', dir);
  expect(readdirSync(dir)).toEqual([]);
});

test('where nothing can be written, the flag is told, and what to give', () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  expect(() => prepareFolder('--profile', join(file, 'dir'))).toThrow(
    expect.objectContaining({ code: 'CLI_VALUE', where: '--profile', mend: 'give a folder in which you may write' }),
  );
  expect(() => prepareFolder('--profile', file)).toThrow(expect.objectContaining({ code: 'CLI_VALUE' }));
});

test.skipIf(process.platform !== 'linux')('a folder that the system cannot make ends in an error', () => {
  expect(() => prepareFolder('--profile', '/proc/tickbase/none')).toThrow(
    expect.objectContaining({ code: 'CLI_VALUE' }),
  );
});
