import { join } from 'node:path';
import type { Disk } from '../disk/disk.ts';
import { tickOfSnapshot } from './snapshot-name.ts';

/** A file that has a snapshot's name; whether it is one shows when it is read. */
export interface SnapshotEntry {
  readonly path: string;
  /** As its name says. */
  readonly tick: number;
}

/** The snapshots in a folder, the newest first. Files of other names are left alone. */
export async function listSnapshots(disk: Disk, folder: string): Promise<SnapshotEntry[]> {
  const entries: SnapshotEntry[] = [];
  for (const name of await disk.list(folder)) {
    const tick = tickOfSnapshot(name);
    if (tick !== null) entries.push({ path: join(folder, name), tick });
  }
  return entries.sort((a, b) => b.tick - a.tick);
}
