import { encodeStoredRow } from '@tickbase/protocol';
import type { AreaKeeper } from './area-keeper.ts';
import type { EventEntry, EventPieces } from './event-ring.ts';
import { grownTo } from './grow.ts';
import type { Page } from './page.ts';
import { cellOf, type PieceBuilder } from './piece-builder.ts';
import { rankOf } from './rank-of.ts';
import { Route } from './route.ts';
import type { TableTracker } from './table-tracker.ts';
import type { TickNews } from './tick-news.ts';
import type { PieceRun, TickPieces } from './tick-pieces.ts';
import type { Viewer } from './viewer.ts';
import type { ViewerFrame } from './viewers-port.ts';
import type { WatchBook } from './watch-book.ts';
import type { Watching } from './watching.ts';

/** Puts together what one viewer is owed since its last frame. */
export class FrameFiller {
  private readonly book: WatchBook;
  private readonly builder: PieceBuilder;
  private readonly news: TickNews;
  private readonly tickPieces: TickPieces;
  private readonly areas: AreaKeeper;
  /** By number, see TickPieces. */
  private readonly pages: readonly Page[];
  /** Scratch: what a client knows that is back. */
  private readonly known = new Route();
  /** Scratch: what the frame announces. */
  private readonly coming = new Route();
  /** Scratch: the watchings that a frame looks at, in order. */
  private readonly list: Watching[] = [];
  /** Scratch, u8[pages]: 1: the frame ends the page. All 0 between frames. */
  private isGone = new Uint8Array(64);
  /** Scratch: watchings of event partitions that the frame looks at. */
  private readonly eventWatchings: Watching[] = [];

  constructor(book: WatchBook, builder: PieceBuilder, news: TickNews, areas: AreaKeeper) {
    this.book = book;
    this.builder = builder;
    this.news = news;
    this.tickPieces = news.pieces;
    this.pages = news.pages;
    this.areas = areas;
  }

  /**
   * Fills the frame and counts it as sent: first news of exact tables, then of streamed ones, near cells first, then
   * first copies in the same order.
   */
  fill(viewer: Viewer, frame: ViewerFrame, tick: number): void {
    clear(frame);
    if (viewer.isRouteLaid && !viewer.isResuming) this.putRoute(viewer.route, viewer.sentTick, frame, tick);
    else this.putWatchings(viewer, frame, tick);

    if (!viewer.ownWrites.isEmpty) this.putOwnRows(viewer, frame, tick);
    for (const querySet of viewer.applied) frame.applied.push(querySet);
    for (const querySet of viewer.ended) frame.ended.push(querySet);
    empty(viewer.applied);
    empty(viewer.ended);
    viewer.sentTick = tick;
    const { applied, ended, unwatches } = frame;
    if (applied.length + ended.length + unwatches.length > 0) {
      viewer.unacknowledged.push({ tick, applied: [...applied], ended: [...ended], unwatches: [...unwatches] });
    }
  }

  /** The ordinary frame: the same pages as in the last one, so that only their plain numbers are looked at. */
  private putRoute(route: Route, from: number, frame: ViewerFrame, tick: number): void {
    this.putPages(route, from, frame, tick);
    this.noteEvents(route.events, from);
    this.putEvents(from, frame);
  }

  /**
   * A frame in which watchings begin, end or get further pages. It looks at those alone, and at all of them after a resume, when they are many,
   * and now and then, since the others' distances change as the centres move. Afterwards the viewer's route is laid.
   */
  private putWatchings(viewer: Viewer, frame: ViewerFrame, tick: number): void {
    const from = viewer.sentTick;
    const { route, notes, watchings, isResuming } = viewer;
    const { list, coming } = this;
    const isAnew =
      isResuming || ANEW_PART * notes.length > watchings.size || viewer.routeChangeCount === ROUTE_CHANGES_MAX;
    this.areas.refresh(viewer);
    this.listInOrder(viewer, isAnew ? watchings.values() : notes);
    // The client knows of the pages of its last route; after a resume perhaps not of all of them.
    if (isResuming) this.layKnown(list);
    const known = isResuming ? this.known : route;
    this.putPages(known, from, frame, tick);
    this.noteEvents(known.events, from);
    for (const watching of list) if (owesFirstCopy(watching)) this.putFirstCopy(watching, frame, tick);
    this.putEvents(from, frame);
    const hasEnds = this.putEnds(list, frame);
    if (hasEnds) viewer.routeChangeCount++; // mostly: the centres have moved
    if (isResuming) putLostUnwatches(viewer, frame);
    viewer.isResuming = false;
    if (isAnew) {
      route.lay(list);
      viewer.routeChangeCount = 0;
    } else {
      if (hasEnds) route.dropPages(this.isGone);
      route.merge(coming);
    }
    this.forgetEnds(list, hasEnds);
    coming.clear();
    for (const watching of notes) watching.placeInNotes = -1;
    empty(notes);
    empty(list);
    viewer.isRouteLaid = true;
  }

  private listInOrder(viewer: Viewer, watchings: Iterable<Watching>): void {
    const { list } = this;
    for (const watching of watchings) {
      watching.rank = rankOf(viewer, watching);
      list.push(watching);
    }
    list.sort((a, b) => a.rank - b.rank);
  }

  /** Leads `known` through what the client knows of. */
  private layKnown(list: readonly Watching[]): void {
    const { known } = this;
    known.clear();
    for (const watching of list) {
      if (watching.isNew || watching.wantedCount === 0) continue;
      const { events, pages } = watching.partition;
      if (events !== null) known.events.push(watching);
      else for (let k = 0; k < watching.pagesAnnounced; k++) known.addPage(pages[k]!, watching.rank);
    }
  }

  /** Notes watchings of event partitions with news; those that owe a first copy are noted with it. */
  private noteEvents(watchings: readonly Watching[], from: number): void {
    if (this.news.eventTick <= from) return;
    for (let i = 0; i < watchings.length; i++) {
      const watching = watchings[i]!;
      if (watching.partition.newsTick <= from || watching.isNew || watching.wantedCount === 0) continue;
      if (watching.pagesAnnounced === watching.partition.pages.length) this.eventWatchings.push(watching);
    }
  }

  /** News of the route's pages since `from`. */
  private putPages(route: Route, from: number, frame: ViewerFrame, tick: number): void {
    let place = this.tickPieces.copyRoute(route, 0, from, frame);
    while (place < route.count) {
      this.putRun(frame, this.builder.since(this.pages[route.numbers[place]!]!, from, tick));
      place = this.tickPieces.copyRoute(route, place + 1, from, frame);
    }
  }

  private putRun(frame: ViewerFrame, run: PieceRun | null): void {
    if (run === null) return;
    this.tickPieces.copy(run.start, run.end, frame.pieces);
    frame.pieceCount += run.count;
  }

  /** Pages that the client does not know of: whole. */
  private putFirstCopy(watching: Watching, frame: ViewerFrame, tick: number): void {
    const { pages, events } = watching.partition;
    if (watching.isNew) {
      watching.isNew = false;
      watching.pagesAnnounced = 0;
      if (events !== null) this.coming.events.push(watching);
    }
    for (; watching.pagesAnnounced < pages.length; watching.pagesAnnounced++) {
      const page = pages[watching.pagesAnnounced]!;
      watching.announcedTick = tick;
      announce(page, frame);
      if (events === null) this.coming.addPage(page, watching.rank);
      const isKnownEmpty = page.rowCount === 0 && !watching.viewer.isResuming;
      if (events === null && !isKnownEmpty) this.putRun(frame, this.builder.snapshot(page, tick));
    }
    if (events !== null) this.eventWatchings.push(watching);
  }

  /**
   * Events since `from` in the order of their ticks. A client cannot tell copies of an event apart, so one that several
   * partitions have is sent once.
   */
  private putEvents(from: number, frame: ViewerFrame): void {
    const { eventWatchings } = this;
    if (eventWatchings.length === 0) return;
    const due: EventEntry[] = [];
    for (const { partition, sinceTick } of eventWatchings) {
      const after = Math.max(from, sinceTick);
      const missed = partition.events!.missedAfter(after);
      if (missed > 0) putEventPieces(frame, this.builder.missedEvents(partition.pages[0]!, missed));
      partition.events!.forEachAfter(after, (entry) => due.push(entry));
    }
    if (eventWatchings.length > 1) due.sort((a, b) => a.tick - b.tick);
    eventWatchings.length = 0;
    const sent = new Set<number>();
    for (const { serials, pieces, singles } of due) {
      if (singles === null || !serials.some((serial) => sent.has(serial))) putEventPieces(frame, pieces);
      else for (let i = 0; i < singles.length; i++) if (!sent.has(serials[i]!)) putEventPieces(frame, singles[i]!);
      for (const serial of serials) sent.add(serial);
    }
  }

  /** Ends what is no longer wanted, and marks its pages as gone. False: there was none. */
  private putEnds(list: readonly Watching[], frame: ViewerFrame): boolean {
    let hasEnds = false;
    for (const watching of list) {
      if (watching.wantedCount > 0) continue;
      hasEnds = true;
      for (let i = 0; i < watching.pagesAnnounced; i++) {
        const { handle, number } = watching.partition.pages[i]!;
        frame.unwatches.push(handle);
        this.isGone = grownTo(this.isGone, number + 1);
        this.isGone[number] = 1;
      }
      this.book.end(watching);
    }
    return hasEnds;
  }

  private forgetEnds(list: readonly Watching[], hasEnds: boolean): void {
    if (!hasEnds) return;
    for (const { wantedCount, partition } of list) {
      if (wantedCount === 0) for (const { number } of partition.pages) this.isGone[number] = 0;
    }
  }

  /** Exact copies of rows that the viewer wrote and sees. */
  private putOwnRows(viewer: Viewer, frame: ViewerFrame, tick: number): void {
    const writes = viewer.ownWrites.read();
    for (let i = 0; i < viewer.ownWrites.length; i += 3) {
      const tracker = this.book.trackers[writes[i]!]!;
      const slot = writes[i + 1]!;
      // What a client wrote that is far behind may be gone, and another row have its slot.
      if (tracker.birthTicks[slot]! > writes[i + 2]! || !isSeen(viewer, tracker, slot)) continue;
      encodeStoredRow(frame.ownRows.bytes, tracker.storages, tracker.columns, slot);
      frame.ownRows.add(tracker.plan.id, slot);
      viewer.sentWrites.push(tick, writes[i]!, slot);
    }
    viewer.ownWrites.clear();
  }
}

/** True when the row is in a partition that the viewer wants. */
export function isSeen(viewer: Viewer, tracker: TableTracker, slot: number): boolean {
  for (const partitioning of tracker.partitionings) {
    const page = partitioning.pageOf(slot);
    if (page !== null && isWatched(viewer, page)) return true;
  }
  return false;
}

function isWatched(viewer: Viewer, page: Page): boolean {
  // The frame that follows reads a route's numbers anyway: a short one is searched for less than a look into a map.
  if (viewer.isRouteLaid && viewer.route.count <= SHORT_ROUTE) return viewer.route.hasPage(page);
  return (viewer.watchings.get(page.partition)?.wantedCount ?? 0) > 0;
}

const SHORT_ROUTE = 256;

/** When one in so many watchings has changed, all are looked at. */
const ANEW_PART = 4;
/** After so many frames that ended something a route is laid anew, by the centres as they are then. */
const ROUTE_CHANGES_MAX = 8;

/** Ends again what a lost frame ended, but for partitions that are watched anew: those were sent whole. */
function putLostUnwatches(viewer: Viewer, frame: ViewerFrame): void {
  const watched = new Set<number>();
  for (const { partition } of viewer.watchings.values()) for (const { handle } of partition.pages) watched.add(handle);
  for (const handle of viewer.lostUnwatches) if (!watched.has(handle)) frame.unwatches.push(handle);
  viewer.lostUnwatches.length = 0;
}

function clear(frame: ViewerFrame): void {
  frame.pieces.reset();
  frame.pieceCount = 0;
  empty(frame.watches);
  empty(frame.unwatches);
  empty(frame.applied);
  empty(frame.ended);
  frame.ownRows.clear();
}

/** To set the length of a list costs more than all the rest of an idle frame. */
function empty(items: unknown[]): void {
  if (items.length > 0) items.length = 0;
}

function putEventPieces(frame: ViewerFrame, { bytes, count }: EventPieces): void {
  frame.pieces.raw(bytes);
  frame.pieceCount += count;
}

/** It is new to the client, or has pages that are. */
function owesFirstCopy({ isNew, wantedCount, pagesAnnounced, partition }: Watching): boolean {
  return wantedCount > 0 && (isNew || pagesAnnounced < partition.pages.length);
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
