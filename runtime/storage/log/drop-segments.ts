import { join } from 'node:path';
import type { Disk } from '../disk/disk.ts';
import { writeFailed } from './log-error.ts';
import { segmentName } from './segment-name.ts';

/** A segment in use; `firstSequence` is null where its head is broken. */
export interface KnownSegment {
  readonly number: number;
  readonly firstSequence: number | null;
}

/**
 * Removes the segments in which every record comes before `sequence`, oldest first, from the folder and from `segments` (ascending). The
 * last one stays in any case.
 */
export async function dropSegments(
  disk: Disk,
  folder: string,
  segments: KnownSegment[],
  sequence: number,
): Promise<void> {
  // The last segment that begins at `sequence` or before it is the first that may hold it.
  const keptFrom = segments.findLastIndex(({ firstSequence }) => firstSequence !== null && firstSequence <= sequence);
  if (keptFrom <= 0) return;
  try {
    for (let i = 0; i < keptFrom; i++) {
      await disk.remove(join(folder, segmentName(segments[0]!.number)));
      segments.shift();
    }
    await disk.syncFolder(folder);
  } catch (error) {
    throw writeFailed(folder, error);
  }
}
