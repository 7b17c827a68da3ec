import type { ByteBudgets } from './byte-budgets.ts';
import type { Page } from './page.ts';
import { cellOf, type PieceBuilder } from './piece-builder.ts';
import type { Route } from './route.ts';
import type { PieceRun } from './tick-pieces.ts';
import type { Viewer } from './viewer.ts';
import type { ViewerFrame } from './viewers-port.ts';
import type { Watching } from './watching.ts';

/** What is done with a piece that a frame may hold: copied and counted. */
export type PutRun = (page: Page, run: PieceRun) => void;

/**
 * Sends what a client does not know of yet, page by page, nearest cells first: of an area of interest while the client's budget lasts, its own
 * cells always; of other queries while the tick's share of work lasts. A page is live once it was sent.
 */
export class FirstCopies {
  /** Bytes that all viewers may still be sent in this tick. */
  private tickBytes = Number.POSITIVE_INFINITY;
  private readonly isBounded: boolean;
  private readonly builder: PieceBuilder;
  private readonly budgets: ByteBudgets;
  /** Scratch: those that go on waiting. */
  private rest: Watching[] = [];

  /** `isBounded`: false at `tickRate: 0`, where no tick would bring the rest. */
  constructor(builder: PieceBuilder, budgets: ByteBudgets, isBounded: boolean) {
    this.budgets = budgets;
    this.builder = builder;
    this.isBounded = isBounded;
  }

  beginTick(): void {
    if (this.isBounded) this.tickBytes = TICK_BYTES_MAX;
  }

  /** Takes watchings that owe first copies in, and orders all that wait. Their distances have been worked out. */
  queue(viewer: Viewer, watchings: Iterable<Watching>): void {
    const { waiting } = viewer;
    waiting.reverse();
    for (const watching of watchings) {
      if (!watching.owesFirstCopy) continue;
      // The client may have it from before: its unwatch may have been lost with the link, and is not told again.
      if (viewer.isResuming) watching.isPerhapsKnown = true;
      if (watching.isWaiting) continue;
      watching.isWaiting = true;
      if (watching.isOwn) viewer.isAreaAwaited = true;
      waiting.push(watching);
    }
    viewer.isLoading = waiting.length > 0;
    if (viewer.isLoading) waiting.sort(nearestFirst).reverse();
  }

  /**
   * Puts first copies into the frame, of an area as many as `areaBytes` have room for, and notes their pages in `coming`, event watchings in
   * `eventWatchings`.
   */
  put(
    viewer: Viewer,
    frame: ViewerFrame,
    tick: number,
    areaBytes: number,
    coming: Route,
    eventWatchings: Watching[],
    putRun: PutRun,
  ): void {
    const { waiting } = viewer;
    const { rest } = this;
    const isUnbounded = viewer.isUnbounded || !this.isBounded;
    const start = frame.pieces.length;
    let areaLeft = areaBytes;
    let otherLeft = CLIENT_BYTES_MAX;
    let areaPut = 0;
    let isAreaWaiting = false;
    for (let watching = waiting.pop(); watching !== undefined; watching = waiting.pop()) {
      watching.isWaiting = false;
      if (watching.isEnded || !watching.owesFirstCopy) continue;
      const isArea = watching.partition.place >= 0;
      const before = frame.pieces.length;
      let left = Number.POSITIVE_INFINITY;
      if (!isUnbounded && isArea) left = areaLeft;
      else if (!isUnbounded) left = Math.min(otherLeft, this.tickBytes - (before - start));
      const isWhole = this.putWatching(watching, frame, tick, left, coming, eventWatchings, putRun);
      const bytes = frame.pieces.length - before;
      if (isArea) areaPut += bytes;
      if (isArea && !isWhole) isAreaWaiting = true;
      if (isArea) areaLeft = isWhole ? areaLeft - bytes : Number.NEGATIVE_INFINITY;
      else otherLeft = isWhole ? otherLeft - bytes : Number.NEGATIVE_INFINITY;
      if (isWhole) continue;
      watching.isWaiting = true;
      rest.push(watching);
    }
    this.tickBytes -= frame.pieces.length - start;
    // Both lists are of the same kind; the emptied one is for the next viewer.
    rest.reverse();
    viewer.waiting = rest;
    viewer.isLoading = rest.length > 0;
    viewer.framesWithoutFirstCopy = isAreaWaiting && areaPut === 0 ? viewer.framesWithoutFirstCopy + 1 : 0;
    this.rest = waiting;
  }

  /** False: not all of it had room. A page that is longer than a full budget goes when that is all there. */
  private putWatching(
    watching: Watching,
    frame: ViewerFrame,
    tick: number,
    bytesLeft: number,
    coming: Route,
    eventWatchings: Watching[],
    putRun: PutRun,
  ): boolean {
    const { pages, events } = watching.partition;
    const { viewer } = watching;
    if (watching.isNew) {
      watching.isNew = false;
      watching.pagesAnnounced = 0;
      if (events !== null) coming.events.push(watching);
    }
    let left = bytesLeft;
    for (; watching.pagesAnnounced < pages.length; watching.pagesAnnounced++) {
      const page = pages[watching.pagesAnnounced]!;
      if (events === null && (page.rowCount > 0 || watching.isPerhapsKnown)) {
        const run = this.builder.snapshot(page, tick);
        const bytes = run.end - run.start;
        const isPassable =
          watching.isOwn ||
          watching.isUrgent ||
          (left > 0 && (watching.partition.place < 0 || this.budgets.isFullFor(viewer.id, bytes)));
        if (bytes > left && !isPassable) {
          watching.isNew = watching.pagesAnnounced === 0;
          return false;
        }
        left -= bytes;
        putRun(page, run);
      }
      watching.announcedTick = tick;
      announce(page, frame);
      if (events === null) coming.addPage(page, watching.rank, tick, tick, tick);
    }
    if (events !== null) eventWatchings.push(watching);
    watching.isPerhapsKnown = false;
    watching.isUrgent = false;
    return true;
  }
}

/** Of what is equally near, what has waited longer comes first: sorting keeps that order. */
function nearestFirst(a: Watching, b: Watching): number {
  return a.distance - b.distance || a.rank - b.rank;
}

function announce(page: Page, frame: ViewerFrame): void {
  const { partitioning } = page.partition;
  const { tracker } = partitioning;
  frame.watches.push({
    handle: page.handle,
    tableId: tracker.plan.id,
    partitioning: partitioning.number,
    cell: cellOf(page.partition),
    isExact: !tracker.isStreamed,
  });
}

/** First copies for one client and tick, beside those of its area: 5 MB a second at 20 Hz, and far below what a socket's buffer is bounded by. */
const CLIENT_BYTES_MAX = 256 * 1024;
/** For all clients and one tick: a few milliseconds of encoding and copying. */
const TICK_BYTES_MAX = 8 * 1024 * 1024;
