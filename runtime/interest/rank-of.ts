import { cellOf } from './piece-builder.ts';
import { RING_ALWAYS, type RateTiers } from './rate-tiers.ts';
import type { Viewer } from './viewer.ts';
import type { Watching } from './watching.ts';

/**
 * Finds the place of a watching in its viewer's frames, anew: its ring and its rank. What has the smaller rank comes first: ring by ring, near cells
 * before far ones. Exact tables are in the first ring, before streamed ones that are no cells.
 */
export function rankWatching(viewer: Viewer, watching: Watching, tiers: RateTiers): void {
  const { partition } = watching;
  const { tracker } = partition.partitioning;
  const cell = cellOf(partition);
  if (cell === null) {
    watching.rank = tracker.isStreamed ? ELSEWHERE : 0;
    return;
  }
  const { cellM } = tracker.places!;
  const lowX = cell.cellX * cellM;
  const lowY = cell.cellY * cellM;
  let middle = FAR;
  let nearest = FAR;
  for (let i = 0; i < viewer.centreCount; i++) {
    if (viewer.centres[3 * i] !== cell.space) continue;
    const x = viewer.centres[3 * i + 1]! - lowX;
    const y = viewer.centres[3 * i + 2]! - lowY;
    const toMiddleX = x - cellM / 2;
    const toMiddleY = y - cellM / 2;
    middle = Math.min(middle, toMiddleX * toMiddleX + toMiddleY * toMiddleY);
    const dx = Math.max(-x, x - cellM, 0);
    const dy = Math.max(-y, y - cellM, 0);
    nearest = Math.min(nearest, dx * dx + dy * dy);
  }
  const distanceM = Math.sqrt(nearest);
  watching.distance = middle;
  watching.isOwn = distanceM <= cellM * OWN_SLACK;
  if (tracker.isStreamed && !tracker.plan.isEvent)
    watching.setRing(tiers.ringAt(distanceM, watching.ring, cellM * RING_MARGIN));
  watching.rank = watching.ring * RING_STEP + middle;
}

/** The ring of what has this rank. */
export function ringOfRank(rank: number): number {
  return rank < RING_STEP ? RING_ALWAYS : Math.floor(rank / RING_STEP);
}

/** Above all squares of distances in metres. */
const RING_STEP = 2 ** 40;
const ELSEWHERE = 2 ** 39;
/** Of a space in which no centre is; below ELSEWHERE, and more than any reach. */
const FAR = 2 ** 38;
/** In cells: a row may stand so far outside of the cell that it is told of with. */
const OWN_SLACK = 1 / 16;
/** In cells: how far beyond the end of its ring a cell has to be before it goes over to a slower one. */
const RING_MARGIN = 1 / 4;
