import type { Partition } from './partition.ts';
import type { Row } from './row.ts';

/** One row's place in the cache. It lives while some partitioning holds the row, or until the sweep after a lost session. */
export interface CachedRow {
  /** The server's short name for the row in this session. */
  slot: number;
  /** Order of arrival; breaks ties in ordered indexes. */
  readonly serial: number;
  /** Null once the row has left. */
  row: Row | null;
  /** One for each partitioning that holds the row; nearly always one. */
  readonly residences: Residence[];
  /** How many of them are in exact partitions; above 0, streamed values are ignored. */
  exactCount: number;
  /** Quantized columns hold the exact values of an own write: kept while a streamed value rounds to the same integer. */
  hasOwnExact: boolean;
  /** Some partition said that the row is no more, not merely out of view. */
  isDeleted: boolean;
  /** From a session that was lost: held by nothing, waiting to be sent anew or swept. */
  isStale: boolean;
  /** Number of the section that changed it last. */
  changedIn: number;
  /** How often it did. */
  changeCount: number;
}

/** Where a row is, by one partitioning. */
export interface Residence {
  partition: Partition;
  /** The row's name in the partition; NAMELESS while in transit: it left for here and this partition has not told of it yet. */
  name: number;
  /** What is older than this tick is ignored. */
  tick: number;
  /** Of the last enter; a snapshot or a refresh drops what is older. */
  generation: number;
}

export const NAMELESS = -1;
