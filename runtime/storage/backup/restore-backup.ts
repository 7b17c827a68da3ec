import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TickbaseError } from '@tickbase/base';
import type { Disk } from '../disk/disk.ts';
import { DiskCommitLog } from '../log/disk-commit-log.ts';
import { readSnapshot } from '../snapshot/read-snapshot.ts';
import { type BackupManifest, backupDamaged, MANIFEST_NAME, parseManifest } from './backup-manifest.ts';
import { checksumOf, copyFile } from './copy-file.ts';

/**
 * Makes a data folder out of a backup. The folder must be new, or hold nothing; whoever calls has its lock. All of the backup is proved before
 * anything is written. A restore that is broken off leaves a folder in which no server starts, and into which it can be restored again.
 * Rejects with BACKUP_DAMAGED or RESTORE_TARGET.
 */
export async function restoreBackup(options: RestoreOptions): Promise<BackupManifest> {
  const { disk, from, dataDir } = options;
  const manifest = await proveBackup(disk, from);
  try {
    await begin(disk, dataDir);
    for (const { name, crc } of manifest.files) {
      const target = join(dataDir, name);
      await disk.makeFolder(join(target, '..'));
      const source = await disk.open(join(from, name), 'read');
      try {
        const copied = await copyFile(disk, source, target);
        if (copied.crc !== crc) throw new Error(`${name} has changed while it was copied`);
      } finally {
        await source.close();
      }
      await disk.syncFolder(join(target, '..'));
    }
    await beginLog(options, manifest);
    await disk.remove(join(dataDir, UNFINISHED_RESTORE));
    await disk.syncFolder(dataDir);
    return manifest;
  } catch (error) {
    throw restoreTarget(dataDir, (error as Error).message);
  }
}

export interface RestoreOptions {
  readonly disk: Disk;
  /** The folder of the backup. */
  readonly from: string;
  readonly dataDir: string;
  /** A random u64: the life of the log that is begun. */
  readonly epoch: bigint;
}

/** While a folder has this file, it holds a part of a backup. */
export const UNFINISHED_RESTORE = 'restore-unfinished';

/** Throws RESTORE_UNFINISHED where a restore was broken off. */
export async function checkRestored(disk: Disk, dataDir: string): Promise<void> {
  if (!(await disk.list(dataDir)).includes(UNFINISHED_RESTORE)) return;
  throw new TickbaseError({
    code: 'RESTORE_UNFINISHED',
    what: 'the folder holds a part of a backup: its restore was broken off',
    where: dataDir,
    mend: 'restore the backup again into the same folder, or delete the folder',
  });
}

async function proveBackup(disk: Disk, from: string): Promise<BackupManifest> {
  const path = join(from, MANIFEST_NAME);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw backupDamaged(path, (error as Error).message);
  }
  const manifest = parseManifest(text, path);
  for (const { name, bytes, crc } of manifest.files) {
    const found = await contentOf(disk, join(from, name));
    if (found.bytes !== bytes) throw backupDamaged(join(from, name), `it has ${found.bytes} bytes instead of ${bytes}`);
    if (found.crc !== crc) throw backupDamaged(join(from, name), 'it does not match its checksum');
    if (name.endsWith('.snap')) await readSnapshot(disk, join(from, name));
  }
  return manifest;
}

async function contentOf(disk: Disk, path: string): Promise<{ bytes: number; crc: number }> {
  try {
    const file = await disk.open(path, 'read');
    try {
      return await checksumOf(file);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw backupDamaged(path, (error as Error).message);
  }
}

/** Marks the folder, and clears it of what a restore that was broken off has left; anything else is somebody's. */
async function begin(disk: Disk, dataDir: string): Promise<void> {
  await disk.makeFolder(dataDir);
  const names = (await disk.list(dataDir)).filter((name) => name !== '.gitignore');
  if (!names.includes(UNFINISHED_RESTORE)) {
    if (names.length > 0) throw new Error(`it is not empty, it holds ${names.slice(0, 3).join(', ')}`);
    const mark = await disk.open(join(dataDir, UNFINISHED_RESTORE), 'create');
    await mark.sync();
    await mark.close();
    await disk.syncFolder(dataDir);
    return;
  }
  for (const name of names) {
    if (name === UNFINISHED_RESTORE) continue;
    const inside = await disk.list(join(dataDir, name)).catch(() => null);
    if (inside === null) await disk.remove(join(dataDir, name));
    else for (const inner of inside) await disk.remove(join(dataDir, name, inner));
  }
}

/** A log that goes on behind the snapshot, so that the first start finds all in order. */
async function beginLog({ disk, dataDir, epoch }: RestoreOptions, manifest: BackupManifest): Promise<void> {
  const { sequence, tick, schemaVersion } = manifest;
  const log = await DiskCommitLog.open({
    disk,
    folder: join(dataDir, 'log'),
    end: {
      lastSequence: sequence,
      lastTick: tick,
      schemaVersion,
      chain: 0,
      segments: [],
      last: null,
      tornTail: null,
      unused: [],
      isClosed: true,
      passedOver: [],
    },
    epoch,
    segmentBytes: 1 << 16,
    later: () => () => {},
    onFailure: (error) => {
      throw error;
    },
  });
  await log.close();
}

function restoreTarget(dataDir: string, why: string): TickbaseError {
  return new TickbaseError({
    code: 'RESTORE_TARGET',
    what: `the backup cannot be restored into this folder: ${why}`,
    where: dataDir,
    mend: 'name a folder that is new or empty with --data-dir, that this user may write, on a disk with room',
  });
}
