import { TickbaseError } from '@tickbase/base';
import type { Disk } from '../disk/disk.ts';
import { listSnapshots } from './list-snapshots.ts';
import { readSnapshotHead, type SnapshotFile } from './read-snapshot.ts';
import { type SnapshotRetention, snapshotsToDrop } from './snapshots-to-drop.ts';

/**
 * Removes the snapshots that retention lets go, the oldest first, and then the log that only they needed. To be called when a new one is
 * whole. May be broken off at any place: what is left is enough, and the next call goes on. Returns the snapshots that stay, the newest first.
 */
export async function dropSnapshots(options: DropSnapshotsOptions): Promise<readonly SnapshotFile[]> {
  const { disk, folder, retention, nowMs, dropSegmentsBefore } = options;
  const files: (SnapshotFile & { tick: number; takenMs: number })[] = [];
  const broken: string[] = [];
  for (const { path } of await listSnapshots(disk, folder)) {
    try {
      const file = await readSnapshotHead(disk, path);
      files.push({ ...file, tick: file.head.tick, takenMs: Number(file.head.timestampUs / 1000n) });
    } catch (error) {
      if (!(error instanceof TickbaseError)) throw error;
      broken.push(path);
    }
  }
  const dropped = snapshotsToDrop(files, nowMs, retention);
  const kept = files.slice(0, files.length - dropped.length);
  // What no server can read has served its time when whole ones are enough.
  const gone = [...dropped.map(({ path }) => path), ...(kept.length >= retention.countMin ? broken : [])];
  for (const path of gone.sort()) await disk.remove(path);
  if (gone.length > 0) await disk.syncFolder(folder);
  const oldest = kept.at(-1);
  if (oldest !== undefined && kept.length >= retention.countMin) await dropSegmentsBefore(oldest.head.sequence + 1);
  return kept;
}

export interface DropSnapshotsOptions {
  readonly disk: Disk;
  readonly folder: string;
  readonly retention: SnapshotRetention;
  /** Milliseconds since the Unix epoch. */
  readonly nowMs: number;
  readonly dropSegmentsBefore: (sequence: number) => Promise<void>;
}
