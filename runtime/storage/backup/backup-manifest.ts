import { TickbaseError } from '@tickbase/base';

/** `backup.json`: what a backup holds. It is written last: a folder without it is no whole backup. */
export interface BackupManifest {
  readonly formatVersion: 1;
  readonly database: string;
  /** The tick that it holds, and the time of that, in ISO 8601. */
  readonly tick: number;
  readonly time: string;
  /** Sequence of the log's last record that is in it. */
  readonly sequence: number;
  readonly schemaVersion: number;
  readonly files: readonly BackupFile[];
}

export interface BackupFile {
  /** Within the backup, and within the data folder. */
  readonly name: string;
  readonly bytes: number;
  /** CRC-32, as zlib's. */
  readonly crc: number;
}

export const MANIFEST_NAME = 'backup.json';

/** Throws BACKUP_DAMAGED. */
export function parseManifest(text: string, path: string): BackupManifest {
  try {
    const manifest = JSON.parse(text) as BackupManifest;
    if (manifest.formatVersion !== 1)
      throw new Error(`its formatVersion is ${manifest.formatVersion}, this version reads 1`);
    const isWhole =
      [manifest.tick, manifest.sequence, manifest.schemaVersion].every((count) => Number.isSafeInteger(count)) &&
      Array.isArray(manifest.files) &&
      manifest.files.every(isFile);
    if (!isWhole) throw new Error('it does not say what the backup holds');
    return manifest;
  } catch (error) {
    throw backupDamaged(path, (error as Error).message);
  }
}

export function backupDamaged(where: string, why: string): TickbaseError {
  return new TickbaseError({
    code: 'BACKUP_DAMAGED',
    what: `the backup cannot be restored: ${why}`,
    where,
    mend: 'take another backup; a backup that was broken off has no backup.json',
  });
}

/** Names that lead out of the folder are no backup's. */
function isFile(file: unknown): boolean {
  const { name, bytes, crc } = (file ?? {}) as Partial<BackupFile>;
  const isPlain = typeof name === 'string' && /^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)?$/.test(name);
  return isPlain && Number.isSafeInteger(bytes) && bytes! >= 0 && Number.isSafeInteger(crc);
}
