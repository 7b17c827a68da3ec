import { durabilityConfirmed } from './durability-confirmed.ts';
import { durabilityLog } from './durability-log.ts';
import { durabilitySnapshot } from './durability-snapshot.ts';
import type { Benchmark } from './bench-row.ts';

/** What it costs that nothing is lost, beside the bare calls of the disk. */
export const durability: Benchmark = async (options) => [
  ...(await durabilityLog(options)),
  ...(await durabilitySnapshot(options)),
  ...(await durabilityConfirmed(options)),
];
