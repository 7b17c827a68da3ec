import { join } from 'node:path';
import type { Disk, DiskFile } from '../disk/disk.ts';
import { segmentName } from './segment-name.ts';

/** A segment whose bytes are all on the disk, so that writing to it needs no more room and changes no metadata. */
export interface MadeSegment {
  readonly number: number;
  readonly path: string;
  readonly file: DiskFile;
  readonly length: number;
}

/** Makes a segment of zeros, durable with its entry. Null when the disk has no room for it: nothing of it is left then. */
export async function makeSegment(
  disk: Disk,
  folder: string,
  number: number,
  length: number,
): Promise<MadeSegment | null> {
  const path = join(folder, segmentName(number));
  const file = await disk.open(path, 'create').catch(nullWhenFull);
  if (file === null) return null;
  const isMade = await fill(file, length).catch(nullWhenFull);
  if (isMade === true) {
    await disk.syncFolder(folder);
    return { number, path, file, length };
  }
  await file.close();
  await disk.remove(path);
  return null;
}

/** The disk's word for a lack of room, be it the whole disk's or this user's share. */
export function isFullDisk(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT';
}

function nullWhenFull(error: unknown): null {
  if (isFullDisk(error)) return null;
  throw error;
}

/** False when a write came back short, which is how a full disk shows itself. */
async function fill(file: DiskFile, length: number): Promise<boolean> {
  for (let offset = 0; offset < length; offset += ZEROS.length) {
    const part = ZEROS.subarray(0, Math.min(ZEROS.length, length - offset));
    if ((await file.write(part, offset)) !== part.length) return false;
  }
  await file.sync();
  return true;
}

/** One write's: a segment of 32 MB takes the kernel 9 ms so, and 12 to 20 in parts of a quarter of the size. */
const ZEROS = new Uint8Array(1 << 20);
