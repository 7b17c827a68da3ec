import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { TickbaseError } from '@tickbase/base';

/**
 * Replaces a file as a whole: after a crash at any moment it holds the old content or the new, never a part. Mode 0600.
 * Throws DATA_DIR_UNUSABLE when the disk does not take it.
 */
export function writeDurably(path: string, content: string): void {
  try {
    replaceFile(path, content);
  } catch (error) {
    throw new TickbaseError({
      code: 'DATA_DIR_UNUSABLE',
      what: `a file of the data folder cannot be written: ${(error as Error).message}`,
      where: path,
      mend: 'make room on the disk, let this user write there, or give another folder with --data-dir',
    });
  }
}

function replaceFile(path: string, content: string): void {
  const next = `${path}.next`;
  const file = openSync(next, 'w', 0o600);
  try {
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(next, path);
  syncFolder(dirname(path));
}

/** The folder's entry itself is on the disk only when the folder is synced. */
function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
