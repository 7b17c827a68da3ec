import { basename, join } from 'node:path';
import type { Disk, DiskFile } from '../disk/disk.ts';
import { listSegments } from './list-segments.ts';
import { cutImpossible, LogDamage, writeFailed } from './log-error.ts';
import { type LogEnd, readLog } from './read-log.ts';
import { SEGMENT_HEAD_BYTES } from './segment-head.ts';
import { segmentNumberOf } from './segment-name.ts';

/**
 * Makes the log that was read the log that is on the disk, before anything is built on it: a torn tail is cut, segments that hold nothing
 * go, and the last frame is written and synced again. It was read through the page cache, which shows it even when its own sync failed or
 * never came; all frames before it were synced before it was written. A crash at any moment leaves a log that is read alike.
 */
export async function settleTail(disk: Disk, folder: string, end: LogEnd): Promise<void> {
  if (end.last !== null) {
    const { path, frameOffset, endOffset, length } = end.last;
    const file = await disk.open(path, 'write');
    try {
      if (length > endOffset) await file.truncate(endOffset);
      await rewrite(file, path, frameOffset, endOffset);
      await file.sync();
    } finally {
      await file.close();
    }
  }
  for (const path of end.unused) await disk.remove(path);
  await disk.syncFolder(folder);
}

async function rewrite(file: DiskFile, path: string, start: number, end: number): Promise<void> {
  const piece = new Uint8Array(Math.min(REWRITE_BYTES, end - start));
  for (let offset = start; offset < end; offset += piece.length) {
    const part = piece.subarray(0, Math.min(piece.length, end - offset));
    const readCount = await file.read(part, offset);
    const count = readCount === part.length ? await file.write(part, offset) : 0;
    if (count !== part.length) throw writeFailed(path, `${count} of ${part.length} bytes were taken`);
  }
}

/**
 * Loses record `sequence` of a damaged log and all after it, as `--cut-log-at` orders. Only where the damage begins with just that record, so that
 * an order that is given again at a later start cuts nothing: false then. `fromSequence` as for `readLog`.
 */
export async function cutLogAt(disk: Disk, folder: string, sequence: number, fromSequence: number): Promise<boolean> {
  const damage = await findDamage(disk, folder, fromSequence);
  if (damage === null) return false;
  if (damage.code === 'LOG_RECORD_MALFORMED') throw damage;
  if (damage.sequence !== sequence) {
    throw cutImpossible(
      sequence,
      `its damage begins with record ${damage.sequence}`,
      damage.where,
      `restart with --cut-log-at=${damage.sequence}`,
    );
  }
  const number = segmentNumberOf(basename(damage.file))!;
  try {
    await cut(disk, folder, number, damage.offset);
  } catch (error) {
    throw writeFailed(folder, error);
  }
  return true;
}

async function cut(disk: Disk, folder: string, number: number, offset: number): Promise<void> {
  const files = (await listSegments(disk, folder)).toReversed();
  // Newest first: what a crash leaves begins as the log does, and still shows its damage.
  for (const file of files) if (file.number > number) await removeDurably(disk, folder, file.name);
  const damaged = files.find((file) => file.number === number);
  if (damaged === undefined) return;
  if (offset >= SEGMENT_HEAD_BYTES) await truncateDurably(disk, damaged.path, offset);
  else await removeDurably(disk, folder, damaged.name);
}

async function findDamage(disk: Disk, folder: string, fromSequence: number): Promise<LogDamage | null> {
  try {
    await readLog(disk, folder, { fromSequence, mayEndEarly: true }, () => {});
    return null;
  } catch (error) {
    if (error instanceof LogDamage) return error;
    throw error;
  }
}

async function removeDurably(disk: Disk, folder: string, name: string): Promise<void> {
  await disk.remove(join(folder, name));
  await disk.syncFolder(folder);
}

async function truncateDurably(disk: Disk, path: string, length: number): Promise<void> {
  const file = await disk.open(path, 'write');
  try {
    await file.truncate(length);
    await file.sync();
  } finally {
    await file.close();
  }
}

const REWRITE_BYTES = 256 << 10;
