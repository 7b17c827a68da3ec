import { join } from 'node:path';
import { TickbaseError } from '@tickbase/base';
import type { Disk } from '../disk/disk.ts';
import { readFailed } from './log-error.ts';
import { decodeSegmentHead, SEGMENT_HEAD_BYTES, type SegmentHeadFound } from './segment-head.ts';
import { segmentNumberOf } from './segment-name.ts';

/** A file of the log's folder that has a segment's name. */
export interface SegmentFile {
  readonly number: number;
  readonly name: string;
  readonly path: string;
  readonly length: number;
  readonly found: SegmentHeadFound;
}

/** All segments in the folder with their heads, ascending. Files of other names are left alone. */
export async function listSegments(disk: Disk, folder: string): Promise<SegmentFile[]> {
  const segments: SegmentFile[] = [];
  for (const name of await reading(folder, disk.list(folder))) {
    const number = segmentNumberOf(name);
    if (number === null) continue;
    const path = join(folder, name);
    const file = await reading(path, disk.open(path, 'read'));
    try {
      const length = await reading(path, file.length());
      const bytes = new Uint8Array(Math.min(length, SEGMENT_HEAD_BYTES));
      const count = await reading(path, file.read(bytes, 0));
      segments.push({ number, name, path, length, found: decodeSegmentHead(bytes.subarray(0, count)) });
    } finally {
      await reading(path, file.close());
    }
  }
  return segments;
}

/** Gives what the disk refuses to read its code. */
export async function reading<T>(where: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof TickbaseError ? error : readFailed(where, error);
  }
}
