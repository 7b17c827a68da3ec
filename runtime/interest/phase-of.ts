import type { Partition } from './partition.ts';

/**
 * Which of a period's ticks is a partition's own, 0 to 127. The same for all tables' partitions of one cell, so that what is in it comes together,
 * and spread over cells, so that each tick has its share.
 */
export function phaseOf({ place, partitioning }: Partition): number {
  if (place < 0) return 0;
  const { space, cellX, cellY } = partitioning.tracker.places!.spots[place]!;
  let hash = Math.imul(cellX, 0x9e37_79b1) ^ Math.imul(cellY, 0x85eb_ca6b) ^ Math.imul(space, 0xc2b2_ae35);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b_3c6d);
  return (hash ^ (hash >>> 13)) & PHASE_MAX;
}

/** As long as the longest period, less 1. */
const PHASE_MAX = 127;
