import { cellOf } from './piece-builder.ts';
import type { Viewer } from './viewer.ts';
import type { Watching } from './watching.ts';

/**
 * The place of a watching in its viewer's frames: what is smaller comes first. Exact tables come before streamed ones, near cells before far
 * ones: of a cell it is the square of the distance in metres from the nearest centre to its middle.
 */
export function rankOf(viewer: Viewer, { partition }: Watching): number {
  const { tracker } = partition.partitioning;
  const rank = tracker.isStreamed ? STREAMED : 0;
  const cell = cellOf(partition);
  if (cell === null) return rank;
  const { cellM } = tracker.places!;
  const x = (cell.cellX + 0.5) * cellM;
  const y = (cell.cellY + 0.5) * cellM;
  let nearest = ELSEWHERE;
  for (let i = 0; i < viewer.centreCount; i++) {
    if (viewer.centres[3 * i] !== cell.space) continue;
    const dx = viewer.centres[3 * i + 1]! - x;
    const dy = viewer.centres[3 * i + 2]! - y;
    nearest = Math.min(nearest, dx * dx + dy * dy);
  }
  return rank + nearest;
}

/** Above all squares of distances within a reach. */
const STREAMED = 2 ** 50;
const ELSEWHERE = 2 ** 49;
