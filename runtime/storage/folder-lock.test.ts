import { mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FolderLock } from './folder-lock.ts';

test('a folder is taken once, under whatever path, and is free again after the release', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tickbase-'));
  const link = `${folder}-link`;
  symlinkSync(folder, link);
  const lock = await FolderLock.take(folder);
  await expect(FolderLock.take(folder)).rejects.toThrow(/DATA_DIR_IN_USE/);
  await expect(FolderLock.take(link)).rejects.toThrow(/DATA_DIR_IN_USE/);
  const other = await FolderLock.take(mkdtempSync(join(tmpdir(), 'tickbase-')));
  await lock.release();
  const again = await FolderLock.take(link);
  await again.release();
  await other.release();
});
