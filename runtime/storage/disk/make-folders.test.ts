import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { makeFolders } from './make-folders.ts';

const root = mkdtempSync(join(tmpdir(), 'tickbase-folders-'));
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('a folder is made with those above it, for this user alone, and one that is there stays', () => {
  const dir = join(root, 'a', 'b', 'c');
  makeFolders(dir);
  makeFolders(dir);
  expect(statSync(dir).mode & 0o777).toBe(0o700);
  writeFileSync(join(dir, 'file'), '');
  makeFolders(dir);
  expect(existsSync(join(dir, 'file'))).toBe(true);
});

test.runIf(process.platform === 'linux')('where the system has no folder to make it says so and ends', () => {
  expect(() => makeFolders('/proc/tickbase/none')).toThrow(expect.objectContaining({ code: 'ENOENT' }));
});
