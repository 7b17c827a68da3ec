import { grownTo } from '@tickbase/base';
import type { AreaKeeper } from './area-keeper.ts';
import type { ByteBudgets } from './byte-budgets.ts';
import type { Source } from './compile-query.ts';
import type { EventEntry, EventPieces } from './event-ring.ts';
import { FirstCopies, type PutRun } from './first-copies.ts';
import type { InterestCounters } from './interest-counters.ts';
import { OrdinaryFrames } from './ordinary-frames.ts';
import { OwnRowFiller } from './own-row-filler.ts';
import type { Page } from './page.ts';
import { PageAges } from './page-ages.ts';
import { areSameKeys } from './partition-key.ts';
import type { Partition } from './partition.ts';
import type { PieceBuilder } from './piece-builder.ts';
import { rankWatching } from './rank-of.ts';
import type { RateTiers } from './rate-tiers.ts';
import { Route } from './route.ts';
import { RouteFiller } from './route-filler.ts';
import { leaveOutFarRows } from './rows-limit.ts';
import type { SentWrites } from './sent-writes.ts';
import type { TickNews } from './tick-news.ts';
import type { Viewer } from './viewer.ts';
import type { ViewerLines } from './viewer-lines.ts';
import type { OrdinaryFrame, ViewerFrame, ViewerId } from './viewers-port.ts';
import type { WatchBook } from './watch-book.ts';
import type { Watching } from './watching.ts';

export interface FrameFillerOptions {
  /** Ticks a second; 0: a tick for each commit, and no budgets. */
  readonly tickRate: number;
  /** See InterestPlan. */
  readonly rowsMax: number | null;
}

/** Puts together what one viewer is owed since its last frame. */
export class FrameFiller {
  readonly ages: PageAges;
  readonly firstCopies: FirstCopies;
  private readonly book: WatchBook;
  private readonly builder: PieceBuilder;
  private readonly news: TickNews;
  private readonly areas: AreaKeeper;
  private readonly tiers: RateTiers;
  private readonly routes: RouteFiller;
  private readonly ownRows: OwnRowFiller;
  private readonly lines: ViewerLines;
  private readonly ordinary: OrdinaryFrames;
  private readonly budgets: ByteBudgets;
  private readonly tickS: number;
  private readonly rowsMax: number | null;
  /** Scratch: what the frame announces. */
  private readonly coming = new Route();
  /** Scratch: the watchings that a frame looks at, in order. */
  private readonly list: Watching[] = [];
  /** Scratch, u8[pages]: 1: the frame ends the page. All 0 between frames. */
  private isGone = new Uint8Array(64);
  /** Scratch, f64[AGES * pages]: what a route that is laid anew knows of each page: `froms`, `sents`, `acks`. */
  private agesByPage = new Float64Array(64);
  /** Scratch: watchings of event partitions that the frame looks at. */
  private readonly eventWatchings: Watching[] = [];
  private frame: ViewerFrame | null = null;
  private readonly putRun: PutRun = (page, run) => this.routes.putRun(page, run, this.frame!);

  constructor(
    book: WatchBook,
    builder: PieceBuilder,
    news: TickNews,
    areas: AreaKeeper,
    tiers: RateTiers,
    budgets: ByteBudgets,
    counters: InterestCounters,
    lines: ViewerLines,
    sentWrites: SentWrites,
    { tickRate, rowsMax }: FrameFillerOptions,
  ) {
    this.book = book;
    this.builder = builder;
    this.news = news;
    this.areas = areas;
    this.tiers = tiers;
    this.budgets = budgets;
    this.tickS = tickRate === 0 ? 0 : 1 / tickRate;
    this.rowsMax = rowsMax;
    this.ages = new PageAges(news.pieces, tiers);
    this.firstCopies = new FirstCopies(builder, budgets, tickRate > 0);
    const ticksUntilUrgent = Math.max(1, Math.round(URGENT_S * tickRate));
    this.routes = new RouteFiller(
      builder,
      news.pieces,
      news.pages,
      tiers,
      budgets,
      this.ages,
      counters,
      ticksUntilUrgent,
    );
    this.ownRows = new OwnRowFiller(book, this.routes, this.ages, sentWrites);
    this.lines = lines;
    this.ordinary = new OrdinaryFrames(lines, sentWrites, book, news, tiers, budgets, this.routes, this.tickS);
  }

  /** As `fill`, if the viewer's frame is an ordinary one; false: it is not, and is to be filled by `fill`. */
  fillOrdinary(id: ViewerId, frame: ViewerFrame, tick: number, nowS: number): boolean {
    clear(frame);
    return this.appendOrdinary(id, frame, tick, nowS);
  }

  /** The same for a frame whose pieces go behind what is there. */
  appendOrdinary(id: ViewerId, frame: OrdinaryFrame, tick: number, nowS: number): boolean {
    frame.pieceCount = 0;
    frame.ownRows.clear();
    if (this.rowsMax !== null) return false;
    const start = frame.pieces.length;
    if (this.ordinary.put(id, frame, tick, nowS)) return true;
    frame.pieces.length = start;
    frame.pieceCount = 0;
    return false;
  }

  /**
   * Fills the frame and counts it as sent: first news of exact tables, then of streamed ones, near cells first and while the viewer's budget lasts,
   * then first copies, near cells first. `nowS`: seconds of a clock that does not run back.
   */
  fill(viewer: Viewer, frame: ViewerFrame, tick: number, nowS: number): void {
    clear(frame);
    viewer.gatherWrites();
    const bytesLeft = this.tickS === 0 ? Number.POSITIVE_INFINITY : this.budgets.fill(viewer.id, nowS, this.tickS);
    const isOrdinary = viewer.isOrdinary && viewer.ringSerial === this.tiers.serial && this.rowsMax === null;
    if (!isOrdinary) this.fillAny(viewer, frame, tick, bytesLeft);
    else if (!this.routes.putAll(viewer, frame, tick, bytesLeft)) {
      this.ages.unsettle(viewer); // it is more than the budget: what goes is chosen
      this.fillAny(viewer, frame, tick, bytesLeft);
    } else {
      if (this.news.eventTick > viewer.sentTick) {
        this.noteEvents(viewer.route.events, viewer.sentTick);
        this.putEvents(viewer.sentTick, frame);
      }
      if (!viewer.ownWrites.isEmpty) this.putOwnRows(viewer, frame, tick);
    }
    viewer.sentTick = tick;
    this.budgets.take(viewer.id, frame.pieces.length + frame.ownRows.bytes.length);
  }

  /** As `fill`, whatever there is to tell. */
  private fillAny(viewer: Viewer, frame: ViewerFrame, tick: number, bytesLeft: number): void {
    this.frame = frame;
    viewer.isPending = false;
    if (this.mustArrange(viewer, tick)) this.arrange(viewer, frame);
    this.noteEvents(viewer.route.events, viewer.sentTick);
    // What the client has already might fill its budget for good: then its news stand back, until there is room for what it still waits for.
    const isTurnOfFirstCopies = viewer.framesWithoutFirstCopy >= FRAMES_WITHOUT_FIRST_COPY_MAX;
    this.routes.put(viewer, frame, tick, isTurnOfFirstCopies ? 0 : bytesLeft);
    if (viewer.isLoading && !viewer.ownWrites.isEmpty) this.ownRows.hasten(viewer);
    if (viewer.isLoading) this.putFirstCopies(viewer, frame, tick, bytesLeft - frame.pieces.length);
    this.putEvents(viewer.sentTick, frame);
    if (!viewer.ownWrites.isEmpty) this.putOwnRows(viewer, frame, tick);
    if (viewer.isLoading) viewer.isPending = true;
    if (viewer.hasSetNews) this.putSetNews(viewer, frame);
    viewer.isResuming = false;
    viewer.isUnbounded = false;
    viewer.isOrdinary = viewer.isEven && !viewer.isPending && !viewer.hasSetNews;
    if (viewer.isOrdinary) this.lines.setRoute(viewer.id, viewer.route);
    const { applied, ended, unwatches } = frame;
    if (applied.length + ended.length + unwatches.length === 0) return;
    viewer.unacknowledged.push({ tick, applied: [...applied], ended: [...ended], unwatches: [...unwatches] });
    viewer.hasUnacknowledged = true;
  }

  private putOwnRows(viewer: Viewer, frame: ViewerFrame, tick: number): void {
    this.ownRows.put(viewer, frame, tick);
    if (viewer.ownWrites.isEmpty) return;
    viewer.isPending = true;
    viewer.isOrdinary = false;
  }

  private mustArrange(viewer: Viewer, tick: number): boolean {
    if (!viewer.isRouteLaid) return true;
    if (viewer.areRanksStale && (this.tiers.hasTiers || !viewer.isEven || viewer.isLoading)) return true;
    return this.rowsMax !== null && (tick + viewer.id) % ROWS_LOOK_TICKS === 0;
  }

  /**
   * Brings the route up to date when watchings have begun, ended or got further pages, or the centres have moved. It looks at those alone; at all of
   * them after a resume, when they are many, when the centres matter, and now and then, since the others' distances change as the centres move.
   */
  private arrange(viewer: Viewer, frame: ViewerFrame): void {
    const { notes, watchings } = viewer;
    const { list } = this;
    this.areas.refresh(viewer);
    const isAnew =
      viewer.isResuming ||
      ANEW_PART * notes.length > watchings.size ||
      viewer.routeChangeCount >= ROUTE_CHANGES_MAX ||
      (viewer.areRanksStale && (this.tiers.hasTiers || !viewer.isEven || viewer.isLoading)) ||
      this.rowsMax !== null;
    if (isAnew && this.tiers.hasTiers) this.ages.unsettle(viewer);
    for (const watching of isAnew ? watchings.values() : notes) {
      if (isAnew || watching.isNew) rankWatching(viewer, watching, this.tiers);
      list.push(watching);
    }
    if (isAnew && this.rowsMax !== null) leaveOutFarRows(list, this.rowsMax);
    const hasEnds = this.putEnds(viewer, list, frame);
    if (hasEnds) viewer.routeChangeCount++; // mostly: the centres have moved
    if (viewer.isResuming) putLostUnwatches(viewer, frame);
    if (isAnew) {
      this.lay(viewer, list);
      viewer.areRanksStale = false;
      viewer.routeChangeCount = 0;
    } else if (hasEnds) viewer.route.dropPages(this.isGone);
    this.forgetEnds(list);
    this.firstCopies.queue(viewer, list);
    for (const watching of notes) watching.placeInNotes = -1;
    empty(notes);
    empty(list);
    viewer.isRouteLaid = true;
  }

  /** Leads the route anew through what the client knows of, in the order of its ranks. */
  private lay(viewer: Viewer, list: Watching[]): void {
    const { route } = viewer;
    this.agesByPage = grownTo(this.agesByPage, AGES * this.news.pages.length);
    const { agesByPage } = this;
    for (let i = 0; i < route.count; i++) {
      const at = AGES * route.numbers[i]!;
      agesByPage[at] = route.froms[i]!;
      agesByPage[at + 1] = route.sents[i]!;
      agesByPage[at + 2] = route.acks[i]!;
    }
    route.clear();
    list.sort((a, b) => a.rank - b.rank);
    for (const watching of list) {
      if (watching.isNew || !watching.isShown) continue;
      const { events, pages } = watching.partition;
      if (events !== null) route.events.push(watching);
      else {
        for (let k = 0; k < watching.pagesAnnounced; k++) {
          const at = AGES * pages[k]!.number;
          route.addPage(pages[k]!, watching.rank, agesByPage[at]!, agesByPage[at + 1]!, agesByPage[at + 2]!);
        }
      }
    }
    route.noteRings();
  }

  private putFirstCopies(viewer: Viewer, frame: ViewerFrame, tick: number, bytesLeft: number): void {
    const { coming } = this;
    this.firstCopies.put(viewer, frame, tick, bytesLeft, coming, this.eventWatchings, this.putRun);
    coming.sort();
    viewer.route.merge(coming);
    coming.clear();
    if (viewer.isAreaAwaited && !viewer.waiting.some(({ isOwn }) => isOwn)) {
      viewer.isAreaAwaited = false;
      frame.isAreaReady = true;
    }
  }

  /** Query sets that ended, and those of which nothing waits any more that was in view when they were subscribed. */
  private putSetNews(viewer: Viewer, frame: ViewerFrame): void {
    for (const querySet of viewer.ended) frame.ended.push(querySet);
    empty(viewer.ended);
    const { waiting, applied } = viewer;
    viewer.applied = applied.filter((querySet) => {
      const sources = viewer.querySets.get(querySet) ?? [];
      const sinceTick = viewer.subscribeTicks.get(querySet) ?? Number.POSITIVE_INFINITY;
      const isIncomplete = waiting.some(
        ({ partition, sinceTick: watchedSince }) =>
          watchedSince <= sinceTick && sources.some((source) => isOf(partition, source)),
      );
      if (isIncomplete) return true;
      frame.applied.push(querySet);
      return false;
    });
    viewer.hasSetNews = viewer.applied.length > 0;
    if (viewer.hasSetNews) viewer.isPending = true;
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

  /**
   * Events since `from` in the order of their ticks. A client cannot tell copies of an event apart, so one that several
   * partitions have is sent once.
   */
  private putEvents(from: number, frame: ViewerFrame): void {
    const { eventWatchings } = this;
    if (eventWatchings.length === 0) return;
    const due: EventEntry[] = [];
    for (const watching of eventWatchings) {
      const { partition, sinceTick } = watching;
      const after = Math.max(from, sinceTick);
      const missed = partition.events!.missedAfter(after);
      if (missed > 0) putEventPieces(frame, this.builder.missedEvents(partition.pages[0]!, missed));
      partition.events!.forEachAfter(after, (entry) => {
        if (!watching.isInGap(entry.tick)) due.push(entry);
      });
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

  /**
   * Ends what is no longer wanted or left out, and marks its pages as gone: first the client is told which of its rows have left, since they may
   * be no more. False: there was none.
   */
  private putEnds(viewer: Viewer, list: readonly Watching[], frame: ViewerFrame): boolean {
    let hasEnds = false;
    for (const watching of list) {
      if (watching.isShown) continue;
      const { pages, events } = watching.partition;
      const count = watching.pagesPerhapsKnown;
      for (let i = 0; i < count; i++) {
        hasEnds = true;
        const page = pages[i]!;
        if (!watching.isNew && !watching.isHidden) this.putLastLeaves(viewer, page);
        frame.unwatches.push(page.handle);
        this.isGone = grownTo(this.isGone, page.number + 1);
        this.isGone[page.number] = 1;
      }
      if (watching.wantedCount === 0) this.book.end(watching);
      else {
        if (events !== null) viewer.route.dropEvents(watching);
        watching.pagesAnnounced = 0;
        watching.isNew = true;
        watching.isPerhapsKnown = false;
      }
    }
    return hasEnds;
  }

  private putLastLeaves(viewer: Viewer, page: Page): void {
    const place = viewer.route.placeOf(page);
    if (place < 0) return;
    const run = this.builder.leavesSince(page, this.ages.fromAt(viewer, place));
    if (run !== null) this.putRun(page, run);
  }

  private forgetEnds(list: readonly Watching[]): void {
    for (const watching of list) {
      if (watching.isShown) continue;
      for (const { number } of watching.partition.pages) if (number < this.isGone.length) this.isGone[number] = 0;
    }
  }
}

/** True when a source's rows may be in the partition. */
function isOf({ partitioning, key }: Partition, source: Source): boolean {
  if (partitioning.tracker !== source.tracker || partitioning.rule.text !== source.rule.text) return false;
  if (source.keys !== null) return true;
  return key === null || source.key === null ? key === source.key : areSameKeys(key, source.key);
}

const AGES = 3;

/** Far cells have waited long enough then to go with near ones. */
const URGENT_S = 2;
/** How often it is looked at which cells a viewer with a limit of rows is shown. */
const ROWS_LOOK_TICKS = 8;
/** So many frames the news may leave nothing for the first copies that wait, before these have their turn. */
const FRAMES_WITHOUT_FIRST_COPY_MAX = 3;
/** When one in so many watchings has changed, all are looked at. */
const ANEW_PART = 4;
/** After so many frames that ended something a route is laid anew, by the centres as they are then. */
const ROUTE_CHANGES_MAX = 8;

/** Ends again what a lost frame ended, but for partitions that are watched anew: those were sent whole. */
function putLostUnwatches(viewer: Viewer, frame: ViewerFrame): void {
  const watched = new Set<number>();
  for (const watching of viewer.watchings.values()) {
    if (watching.isShown) for (const { handle } of watching.partition.pages) watched.add(handle);
  }
  for (const handle of viewer.lostUnwatches) if (!watched.has(handle)) frame.unwatches.push(handle);
  viewer.lostUnwatches.length = 0;
}

function clear(frame: ViewerFrame): void {
  frame.pieces.reset();
  frame.pieceCount = 0;
  frame.isAreaReady = false;
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
