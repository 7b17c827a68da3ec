import type { Query } from '@tickbase/schema/query';
import type { Identity } from '@tickbase/schema/values';
import type { Source } from './compile-query.ts';
import type { Partition } from './partition.ts';
import type { Reach } from './reach.ts';
import { Route } from './route.ts';
import { SentWrites } from './sent-writes.ts';
import { SlotPairs } from './slot-pairs.ts';
import type { Watching } from './watching.ts';
import type { ViewerId } from './viewers-port.ts';

/** One client connection's view: what it asked for, what it watches, and what it has been told. */
export class Viewer {
  // What an ordinary frame looks at comes first: it lies side by side in memory.

  readonly id: ViewerId;
  /** `route` is what a frame looks at; false: something of the watchings or of their pages has changed. */
  isRouteLaid = false;
  readonly route = new Route();
  /** The next frame is the first after a resume: what the client has under a handle may be from an earlier watch. */
  isResuming = false;
  /** Tick of the last frame that was taken. */
  sentTick: number;
  applied: number[] = [];
  ended: number[] = [];
  /** Rows that the viewer's own calls wrote since its last frame. */
  readonly ownWrites = new SlotPairs();
  /** The same of frames that no receipt covers yet; a resume tells them again. */
  readonly sentWrites = new SentWrites();
  /** What else frames carried beside pieces and watches, until a receipt covers them; a resume tells it again. */
  unacknowledged: SentNotes[] = [];
  /** Handles that a lost frame ended. */
  lostUnwatches: number[] = [];

  readonly identity: Identity;
  /** The world's handle for the interest function. */
  readonly caller: number;

  readonly querySets = new Map<number, readonly Source[]>();
  /** By query set, as they were subscribed. */
  readonly queries = new Map<number, readonly Query[]>();
  /** By the source's text. */
  readonly sources = new Map<string, HeldSource>();
  readonly watchings = new Map<Partition, Watching>();
  /** Of them those of which a frame has something to tell: they are new, have new pages, or are no longer wanted. Each once. */
  readonly notes: Watching[] = [];
  /** Frames that ended watchings since the route was laid as a whole. */
  routeChangeCount = 0;

  readonly reaches: Reach[] = [];
  /** Of the diff builder before this one: what is still in sight of them stays so. */
  pastReaches: readonly Reach[] = [];
  /** f64[3 * centreCount]: space, x, y. Of centres that move with rows as of the area keeper's last `refresh`. */
  centres = new Float64Array(0);
  centreCount = 0;
  isAreaKnown = false;
  /** It is in the area keeper's list of those whom the present record concerns. */
  isAreaConcerned = false;
  /** What the interest function read, see AreaSource, and the links that tell of its changes (NO_LINK: the whole table). */
  reads = new Int32Array(0);
  readColumns = new Uint32Array(0);
  readLinks: number[] = [];
  /** By centre: the row that it moves with, see AreaSource, and its link there (NO_LINK: none). */
  centreRows = new Int32Array(0);
  centreLinks: number[] = [];

  constructor(id: ViewerId, identity: Identity, caller: number, tick: number) {
    this.id = id;
    this.identity = identity;
    this.caller = caller;
    this.sentTick = tick;
  }

  /** The next frame is to look at a watching. */
  note(watching: Watching): void {
    this.isRouteLaid = false;
    if (watching.placeInNotes < 0) watching.placeInNotes = this.notes.push(watching) - 1;
  }

  unnote(watching: Watching): void {
    const place = watching.placeInNotes;
    if (place < 0) return;
    const last = this.notes.pop()!;
    if (last !== watching) {
      this.notes[place] = last;
      last.placeInNotes = place;
    }
    watching.placeInNotes = -1;
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
}
