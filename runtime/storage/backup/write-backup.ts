import { join } from 'node:path';
import { TickbaseError } from '@tickbase/base';
import type { Disk } from '../disk/disk.ts';
import type { SnapshotFile } from '../snapshot/read-snapshot.ts';
import { writeDurably } from '../write-durably.ts';
import { type BackupFile, type BackupManifest, MANIFEST_NAME } from './backup-manifest.ts';
import { copyFile } from './copy-file.ts';

/**
 * Writes a backup of a database into a new or empty folder: a snapshot that is whole, and the files that say who the database is. `snapshotName`: the
 * snapshot's name within the data folder. Rejects with BACKUP_TARGET; what was written until then is of no use, and says so by lacking its backup.json.
 */
export async function writeBackup(options: BackupOptions): Promise<BackupManifest> {
  const { disk, dataDir, snapshot, snapshotName, to, database } = options;
  try {
    // Opened first: it may be let go of while it is copied.
    const source = await disk.open(snapshot.path, 'read');
    const files: BackupFile[] = [];
    try {
      await disk.makeFolder(to);
      if ((await disk.list(to)).length > 0) throw new Error('it is not empty');
      await disk.makeFolder(join(to, snapshotName, '..'));
      files.push({ name: snapshotName, ...(await copyFile(disk, source, join(to, snapshotName))) });
      await disk.syncFolder(join(to, snapshotName, '..'));
    } finally {
      await source.close();
    }
    for (const name of IDENTITY_FILES) {
      const file = await disk.open(join(dataDir, name), 'read');
      try {
        files.push({ name, ...(await copyFile(disk, file, join(to, name))) });
      } finally {
        await file.close();
      }
    }
    await disk.syncFolder(to);
    const { tick, timestampUs, sequence, schemaVersion } = snapshot.head;
    const time = new Date(Number(timestampUs / 1000n)).toISOString();
    const manifest: BackupManifest = { formatVersion: 1, database, tick, time, sequence, schemaVersion, files };
    writeDurably(join(to, MANIFEST_NAME), `${JSON.stringify(manifest, null, 2)}\n`);
    return manifest;
  } catch (error) {
    throw new TickbaseError({
      code: 'BACKUP_TARGET',
      what: `the backup could not be written: ${(error as Error).message}`,
      where: to,
      mend: 'name a folder that is new or empty, that this user may write, on a disk with room for a snapshot',
    });
  }
}

export interface BackupOptions {
  readonly disk: Disk;
  readonly dataDir: string;
  readonly snapshot: SnapshotFile;
  readonly snapshotName: string;
  /** The folder of the backup. */
  readonly to: string;
  readonly database: string;
}

/** Who the database is, the key of its clients' tokens, and the ids that were given for good. */
const IDENTITY_FILES = ['identity-keys.json', 'plan.json', 'database.json'];
