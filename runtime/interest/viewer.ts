import type { Identity } from '@tickbase/schema/values';
import type { Source } from './compile-query.ts';
import type { Partition } from './partition.ts';
import type { Reach } from './reach.ts';
import type { Route } from './route.ts';
import { SlotPairs } from './slot-pairs.ts';
import type { Watching } from './watching.ts';
import type { ViewerId } from './viewers-port.ts';

/** One client connection's view: what it asked for, what it watches, and what it has been told. */
export class Viewer {
  readonly id: ViewerId;
  readonly identity: Identity;
  /** The world's handle for the interest function. */
  readonly caller: number;

  readonly querySets = new Map<number, readonly Source[]>();
  /** By the source's text. */
  readonly sources = new Map<string, HeldSource>();
  readonly watchings = new Map<Partition, Watching>();
  /** The same, in the order of the frame: exact tables, then near cells first; null: to be sorted anew. */
  ordered: Watching[] | null = null;
  /** What a frame looks at while the watchings and their pages stay what they are; null: something of them has changed. */
  route: Route | null = null;

  readonly reaches: Reach[] = [];
  /** f64[3 * centreCount]: space, x, y. */
  centres = new Float64Array(0);
  centreCount = 0;
  isAreaKnown = false;
  isAreaStale = false;
  /** Rows that the interest function read, as pairs (table position, slot), and the links that tell of their changes. */
  reads = new Int32Array(0);
  readLinks: number[] = [];

  /** Tick of the last frame that was taken. */
  sentTick: number;
  applied: number[] = [];
  ended: number[] = [];
  /** Handles that a lost frame ended. */
  lostUnwatches: number[] = [];
  /** The next frame is the first after a resume: what the client has under a handle may be from an earlier watch. */
  isResuming = false;
  /** Rows that the viewer's own calls wrote since its last frame. */
  readonly ownWrites = new SlotPairs();
  /** What frames carried beside pieces and watches, until a receipt covers them; a resume tells it again. */
  unacknowledged: SentNotes[] = [];

  constructor(id: ViewerId, identity: Identity, caller: number, tick: number) {
    this.id = id;
    this.identity = identity;
    this.caller = caller;
    this.sentTick = tick;
  }
}

/** A source and how many of the viewer's query sets need it. */
export interface HeldSource {
  readonly source: Source;
  count: number;
  readonly reach: Reach | null;
}

export interface SentNotes {
  readonly tick: number;
  readonly applied: readonly number[];
  readonly ended: readonly number[];
  readonly unwatches: readonly number[];
  /** Table position, slot, table position, slot, … */
  readonly ownWrites: readonly number[];
}
