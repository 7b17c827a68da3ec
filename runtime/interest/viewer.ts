import type { Query } from '@tickbase/schema/query';
import type { Identity } from '@tickbase/schema/values';
import type { Source } from './compile-query.ts';
import type { HeldKeys } from './held-keys.ts';
import type { Partition } from './partition.ts';
import type { Reach } from './reach.ts';
import { Route } from './route.ts';
import { SlotPairs } from './slot-pairs.ts';
import type { Watching } from './watching.ts';
import {
  ACKED_TICK,
  EVEN_SINCE,
  HAS_UNACKNOWLEDGED,
  IS_ORDINARY,
  LINE,
  RING_SERIAL,
  SENT_TICK,
  type ViewerLines,
} from './viewer-lines.ts';
import type { ViewerId } from './viewers-port.ts';

/** One client connection's view: what it asked for, what it watches, and what it has been told. */
export class Viewer {
  readonly id: ViewerId;
  /** Where the numbers are that an ordinary frame and a receipt look at. */
  private readonly lines: ViewerLines;
  /** It is to be told something in the next tick, whatever changes. */
  isPending = false;
  /**
   * The client was told of each page of the route when it was due last, as of `sentTick`, and of its ring's class at `ringSerial` (see RateTiers);
   * else `route.froms` says when.
   */
  isEven = true;
  readonly route = new Route();
  /** Rows that the viewer's own calls wrote since its last frame: those that its line has no room for, and all after `gatherWrites`. */
  readonly ownWrites = new SlotPairs();

  /** `route` leads through all that the client knows of; false: something of the watchings or of their pages has changed. */
  isRouteLaid = false;
  /** The next frame is the first after a resume, or after another module took over. */
  isResuming = false;
  /** The next frame is not held to the budget. */
  isUnbounded = false;
  /** `waiting` is not empty. */
  isLoading = false;
  /** So many frames running had no room for a first copy of the area although some wait. */
  framesWithoutFirstCopy = 0;
  /** `applied` or `ended` are not empty. */
  hasSetNews = false;
  /** Centres have moved since the watchings were ranked. */
  areRanksStale = false;
  /** Cells of its centres are still to be sent. */
  isAreaAwaited = false;
  /** Watchings that owe first copies, the nearest last. */
  waiting: Watching[] = [];
  /** Query sets that are to be told of as complete. */
  applied: number[] = [];
  ended: number[] = [];
  /** What else frames carried beside pieces and watches, until a receipt covers them; a resume tells it again. */
  unacknowledged: SentNotes[] = [];
  /** Handles that a lost frame ended. */
  lostUnwatches: number[] = [];
  /** What its client asked for, or can take. */
  bytesPerSecondWanted = Number.POSITIVE_INFINITY;

  readonly identity: Identity;
  /** The world's handle for the interest function. */
  readonly caller: number;

  readonly querySets = new Map<number, readonly Source[]>();
  /** By query set that is not complete yet: the tick of its subscribe. What came into view later it does not wait for. */
  readonly subscribeTicks = new Map<number, number>();
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

  /** `lines`: opened for it. */
  constructor(id: ViewerId, identity: Identity, caller: number, lines: ViewerLines) {
    this.id = id;
    this.identity = identity;
    this.caller = caller;
    this.lines = lines;
  }

  /**
   * The next frame is as most are: the route is laid, the viewer is even, and there is nothing else to tell. Whatever changes that sets it to false; the
   * frame that follows to true, if it can.
   */
  get isOrdinary(): boolean {
    return this.lines.values[LINE * this.id + IS_ORDINARY] !== 0;
  }

  set isOrdinary(value: boolean) {
    this.lines.setOrdinary(this.id, value);
  }

  /** See `isEven`. */
  get ringSerial(): number {
    return this.lines.values[LINE * this.id + RING_SERIAL]!;
  }

  set ringSerial(value: number) {
    this.lines.values[LINE * this.id + RING_SERIAL] = value;
  }

  /** Tick of the last frame that was taken. */
  get sentTick(): number {
    return this.lines.values[LINE * this.id + SENT_TICK]!;
  }

  set sentTick(value: number) {
    this.lines.values[LINE * this.id + SENT_TICK] = value;
  }

  /** Tick since which it has been even, with the rings that it has now. */
  get evenSince(): number {
    return this.lines.values[LINE * this.id + EVEN_SINCE]!;
  }

  set evenSince(value: number) {
    this.lines.values[LINE * this.id + EVEN_SINCE] = value;
  }

  /** Tick of the client's last receipt. */
  get ackedTick(): number {
    return this.lines.values[LINE * this.id + ACKED_TICK]!;
  }

  set ackedTick(value: number) {
    this.lines.values[LINE * this.id + ACKED_TICK] = value;
  }

  /** `unacknowledged` is not empty. */
  get hasUnacknowledged(): boolean {
    return this.lines.values[LINE * this.id + HAS_UNACKNOWLEDGED] !== 0;
  }

  set hasUnacknowledged(value: boolean) {
    this.lines.values[LINE * this.id + HAS_UNACKNOWLEDGED] = value ? 1 : 0;
  }

  /** Moves all that its own calls wrote into `ownWrites`. */
  gatherWrites(): void {
    this.lines.moveWrites(this.id, this.ownWrites);
  }

  /** Query sets have begun or ended. */
  noteSets(): void {
    this.hasSetNews = true;
    this.isOrdinary = false;
  }

  /** The next frame is to look at a watching. */
  note(watching: Watching): void {
    this.isRouteLaid = false;
    this.isOrdinary = false;
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
  /** Null: it has no cells. */
  reach: Reach | null;
  /** The keys that it watches by rows of other tables; null: its one key stays. */
  readonly keys: HeldKeys | null;
}

export interface SentNotes {
  readonly tick: number;
  readonly applied: readonly number[];
  readonly ended: readonly number[];
  readonly unwatches: readonly number[];
}
