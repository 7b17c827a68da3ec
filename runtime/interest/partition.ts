import type { EventRing } from './event-ring.ts';
import type { IntervalNode } from './interval-tree.ts';
import type { Page } from './page.ts';
import type { PartitionKey } from './partition-key.ts';
import type { Partitioning } from './partitioning.ts';
import { RINGS_MAX } from './rate-tiers.ts';
import type { ViewerId } from './viewers-port.ts';
import type { Watching } from './watching.ts';

/** One key of a partitioning, shared by everyone who watches it. Lives while it is watched. */
export class Partition {
  readonly partitioning: Partitioning;
  /** Of the grid; -1 where cells are no part of the key. */
  readonly place: number;
  readonly key: PartitionKey | null;
  /** The next partition with the same hash. */
  nextOfHash: Partition | null = null;
  /** Only ever added to: a client that has been told of the first n need only be told of the rest. */
  readonly pages: Page[] = [];
  /** Pages before this one are full. */
  openPage = 0;
  readonly watchings: Watching[] = [];
  /** Their viewers, in the same order: what marking news runs over. */
  readonly viewers: ViewerId[] = [];
  /** Event tables only. */
  readonly events: EventRing | null;
  /** u32[RINGS_MAX]: how many of them have it in each ring, see RateTiers. */
  readonly ringCounts = new Uint32Array(RINGS_MAX);
  /** The last tick in which watchers were told that there is news. */
  newsTick = -1;
  isDropped = false;
  /** Its place in the intervals of its group; null: it has no bounds. */
  interval: IntervalNode<Partition> | null = null;
  /** Scratch of its group: the last row that was found to be within its bounds. */
  holdsStamp = -1;

  constructor(partitioning: Partitioning, place: number, key: PartitionKey | null, events: EventRing | null) {
    this.partitioning = partitioning;
    this.place = place;
    this.key = key;
    this.events = events;
  }
}
