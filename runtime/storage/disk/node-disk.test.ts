import { mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testDisk } from '../testing/disk-conformance.ts';
import { NodeDisk } from './node-disk.ts';

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'tickbase-disk-'));

testDisk('the real disk', () => ({ disk: new NodeDisk(), folder: newFolder() }));

test('files and folders are for their owner alone', async () => {
  const disk = new NodeDisk();
  const folder = join(newFolder(), 'world', 'log');
  await disk.makeFolder(folder);
  await (await disk.open(join(folder, 'a'), 'create')).close();
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder, 'a')).mode & 0o777).toBe(0o600);
});
