import type { Partition } from './partition.ts';
import { RING_ALWAYS } from './rate-tiers.ts';
import type { Viewer } from './viewer.ts';

/** That one viewer watches one partition. Stays, unwanted, until a frame has told the client that it ended. */
export class Watching {
  readonly viewer: Viewer;
  readonly partition: Partition;
  /** How many of the viewer's sources need it; 0: to be ended by the next frame. */
  wantedCount = 0;
  /** The client has not been given its first copy. */
  isNew = true;
  /** What the client has under these handles may be from an earlier life of its link: first copies are sent also of empty pages. */
  isPerhapsKnown = false;
  /** The viewer shows enough rows without it: the client is told of it as if it were not wanted. */
  isLeftOut = false;
  /** Forgotten by the book. */
  isEnded = false;
  /** Pages of the partition that the client knows of. */
  pagesAnnounced = 0;
  /** Tick of the last frame that announced a page. */
  announcedTick = -1;
  /** Events of this tick and before are not for this viewer. */
  sinceTick: number;
  /** When the last need of it was taken away, of a watching that stays until a frame tells so; -1: it is needed, or always was. */
  unwantedTick = -1;
  /** Of events: times since the viewer's last frame in which nobody asked for them. They are not for this viewer. */
  gaps: readonly Gap[] = NO_GAPS;
  /** The viewer may not see it any more: it ends without what has happened there since the viewer's last frame. */
  isHidden = false;
  /** Its place in the order of frames, see `rankWatching`. */
  rank = 0;
  /** Of a cell: the square of the distance in metres from the nearest centre to its middle; else below 0. */
  distance = -1;
  /** See RateTiers. */
  ring = RING_ALWAYS;
  /** It is the cell of a centre, or a centre stands at its rim. */
  isOwn = false;
  /** The viewer's own call has written a row in it: its first copy does not wait. */
  isUrgent = false;
  placeInPartition = -1;
  /** In its viewer's notes; -1: not there. */
  placeInNotes = -1;
  /** It is among its viewer's first copies that wait. */
  isWaiting = false;

  constructor(viewer: Viewer, partition: Partition, sinceTick: number) {
    this.viewer = viewer;
    this.partition = partition;
    this.sinceTick = sinceTick;
    partition.ringCounts[RING_ALWAYS]!++;
  }

  /** The client is to have it. */
  get isShown(): boolean {
    return this.wantedCount > 0 && !this.isLeftOut;
  }

  /** How many pages the client may know of. */
  get pagesPerhapsKnown(): number {
    return this.isPerhapsKnown ? this.partition.pages.length : this.pagesAnnounced;
  }

  /** It is new to the client, or has pages that are. */
  get owesFirstCopy(): boolean {
    return this.isShown && (this.isNew || this.pagesAnnounced < this.partition.pages.length);
  }

  /** It is needed again, from this tick on. */
  wantAgain(tick: number): void {
    if (tick > this.unwantedTick && this.partition.events !== null) {
      // What the client has been told over by now is of no more interest.
      const { sentTick } = this.viewer;
      this.gaps = [...this.gaps.filter(({ to }) => to > sentTick), { from: this.unwantedTick, to: tick }];
    }
    this.unwantedTick = -1;
  }

  /** Takes over which events are not for the viewer, from one of an old diff builder. */
  goOnFrom({ sinceTick, gaps }: Watching): void {
    this.sinceTick = sinceTick;
    this.gaps = gaps;
  }

  isInGap(tick: number): boolean {
    for (const { from, to } of this.gaps) if (tick > from && tick <= to) return true;
    return false;
  }

  setRing(ring: number): void {
    if (ring === this.ring) return;
    const { ringCounts } = this.partition;
    ringCounts[this.ring]!--;
    ringCounts[ring]!++;
    this.ring = ring;
  }
}

/** Ticks after `from`, up to `to`. */
interface Gap {
  readonly from: number;
  readonly to: number;
}

const NO_GAPS: readonly Gap[] = [];
