import { ByteWriter } from '@tickbase/base';
import { encodeStoredRow } from '@tickbase/protocol';
import type { EventEntry, EventPieces } from './event-ring.ts';
import type { Page } from './page.ts';
import { cellOf, type PieceBuilder } from './piece-builder.ts';
import { type Route, routeThrough } from './route.ts';
import type { TableTracker } from './table-tracker.ts';
import type { PieceRun, TickPieces } from './tick-pieces.ts';
import type { Viewer } from './viewer.ts';
import type { ViewerFrame } from './viewers-port.ts';
import type { WatchBook } from './watch-book.ts';
import type { Watching } from './watching.ts';

/** Puts together what one viewer is owed since its last frame. */
export class FrameFiller {
  private readonly book: WatchBook;
  private readonly builder: PieceBuilder;
  private readonly tickPieces: TickPieces;
  private readonly writer = new ByteWriter();
  /** Scratch: watchings of event partitions that the frame looks at. */
  private readonly eventWatchings: Watching[] = [];

  constructor(book: WatchBook, builder: PieceBuilder, tickPieces: TickPieces) {
    this.book = book;
    this.builder = builder;
    this.tickPieces = tickPieces;
  }

  /**
   * Fills the frame and counts it as sent: first news of exact tables, then of streamed ones, near cells first, then
   * first copies in the same order.
   */
  fill(viewer: Viewer, frame: ViewerFrame, tick: number): void {
    clear(frame);
    if (viewer.route !== null && !viewer.isResuming) this.putRoute(viewer.route, viewer.sentTick, frame, tick);
    else this.putWatchings(viewer, frame, tick);

    const ownWrites = this.putOwnRows(viewer, frame);
    for (const querySet of viewer.applied) frame.applied.push(querySet);
    for (const querySet of viewer.ended) frame.ended.push(querySet);
    empty(viewer.applied);
    empty(viewer.ended);
    viewer.sentTick = tick;
    const { applied, ended, unwatches } = frame;
    if (applied.length + ended.length + unwatches.length + ownWrites.length > 0) {
      viewer.unacknowledged.push({
        tick,
        applied: kept(applied),
        ended: kept(ended),
        unwatches: kept(unwatches),
        ownWrites,
      });
    }
  }

  /** The ordinary frame: the same pages as in the last one, so that only their plain numbers are looked at. */
  private putRoute(route: Route, from: number, frame: ViewerFrame, tick: number): void {
    const { numbers, pages } = route;
    let place = this.tickPieces.copyRoute(numbers, 0, from, tick, frame);
    while (place < numbers.length) {
      this.putRun(frame, this.builder.since(pages[place]!, from, tick));
      place = this.tickPieces.copyRoute(numbers, place + 1, from, tick, frame);
    }
    for (const watching of route.events) if (watching.partition.newsTick > from) this.eventWatchings.push(watching);
    this.putEvents(from, frame);
  }

  /** A frame in which watchings begin, end or get further pages; afterwards the viewer's route is known. */
  private putWatchings(viewer: Viewer, frame: ViewerFrame, tick: number): void {
    const from = viewer.sentTick;
    const ordered = (viewer.ordered ??= inOrder(viewer));
    let hasChanges = false;
    for (const watching of ordered) {
      if (watching.isNew || watching.wantedCount === 0) hasChanges = true;
      else if (watching.partition.newsTick > from) this.putNews(watching, from, frame, tick);
    }
    if (hasChanges) this.putFirstCopies(ordered, from, frame, tick);
    this.putEvents(from, frame);
    if (hasChanges) for (const watching of ordered) if (watching.wantedCount === 0) this.putEnd(watching, frame);
    if (viewer.isResuming) putLostUnwatches(viewer, frame);
    viewer.isResuming = false;
    viewer.route = routeThrough((viewer.ordered ??= inOrder(viewer)));
  }

  private putRun(frame: ViewerFrame, run: PieceRun | null): void {
    if (run === null) return;
    this.tickPieces.copy(run.start, run.end, frame.pieces);
    frame.pieceCount += run.count;
  }

  private putFirstCopies(ordered: readonly Watching[], from: number, frame: ViewerFrame, tick: number): void {
    for (const watching of ordered) {
      if (!watching.isNew || watching.wantedCount === 0) continue;
      watching.isNew = false;
      watching.pagesAnnounced = 0;
      this.putNews(watching, from, frame, tick);
    }
  }

  /** Pages that the client knows since `from`, and the others whole. */
  private putNews(watching: Watching, from: number, frame: ViewerFrame, tick: number): void {
    const { pages, events } = watching.partition;
    if (events === null) {
      for (let i = 0; i < watching.pagesAnnounced; i++) this.putRun(frame, this.builder.since(pages[i]!, from, tick));
    }
    for (; watching.pagesAnnounced < pages.length; watching.pagesAnnounced++) {
      const page = pages[watching.pagesAnnounced]!;
      watching.announcedTick = tick;
      announce(page, frame);
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

  private putEnd(watching: Watching, frame: ViewerFrame): void {
    for (let i = 0; i < watching.pagesAnnounced; i++) frame.unwatches.push(watching.partition.pages[i]!.handle);
    this.book.end(watching);
  }

  /** Exact copies of rows that the viewer wrote and sees. Returns them as pairs (table position, slot). */
  private putOwnRows(viewer: Viewer, frame: ViewerFrame): readonly number[] {
    if (viewer.ownWrites.isEmpty) return NONE;
    const put: number[] = [];
    const pairs = viewer.ownWrites.read();
    for (let i = 0; i < pairs.length; i += 2) {
      const tracker = this.book.trackers[pairs[i]!]!;
      const slot = pairs[i + 1]!;
      if (!isSeen(viewer, tracker, slot)) continue;
      this.writer.reset();
      encodeStoredRow(this.writer, tracker.storages, tracker.columns, slot);
      frame.ownRows.push({ tableId: tracker.plan.id, slot, row: this.writer.copy() });
      put.push(pairs[i]!, slot);
    }
    viewer.ownWrites.clear();
    return put;
  }
}

/** True when the row is in a partition that the viewer wants. */
export function isSeen(viewer: Viewer, tracker: TableTracker, slot: number): boolean {
  for (const partitioning of tracker.partitionings) {
    const page = partitioning.pageOf(slot);
    if (page !== null && (viewer.watchings.get(page.partition)?.wantedCount ?? 0) > 0) return true;
  }
  return false;
}

const NONE: readonly number[] = [];

function kept(items: readonly number[]): readonly number[] {
  return items.length === 0 ? NONE : [...items];
}

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
  empty(frame.ownRows);
}

/** To set the length of a list costs more than all the rest of an idle frame. */
function empty(items: unknown[]): void {
  if (items.length > 0) items.length = 0;
}

function putEventPieces(frame: ViewerFrame, { bytes, count }: EventPieces): void {
  frame.pieces.raw(bytes);
  frame.pieceCount += count;
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

/** Exact tables, then streamed ones; each by the distance of the cell's middle from the nearest centre. */
function inOrder(viewer: Viewer): Watching[] {
  const watchings = [...viewer.watchings.values()];
  for (const watching of watchings) watching.distanceM = distanceM(viewer, watching);
  return watchings.sort((a, b) => rankOf(a) - rankOf(b) || a.distanceM - b.distanceM);
}

function rankOf(watching: Watching): number {
  return watching.partition.partitioning.tracker.isStreamed ? 1 : 0;
}

function distanceM(viewer: Viewer, watching: Watching): number {
  const { partition } = watching;
  const cell = cellOf(partition);
  if (cell === null) return 0;
  const { cellM } = partition.partitioning.tracker.places!;
  let nearestM = Number.MAX_VALUE;
  for (let i = 0; i < viewer.centreCount; i++) {
    if (viewer.centres[3 * i] !== cell.space) continue;
    const dx = viewer.centres[3 * i + 1]! - (cell.cellX + 0.5) * cellM;
    const dy = viewer.centres[3 * i + 2]! - (cell.cellY + 0.5) * cellM;
    nearestM = Math.min(nearestM, Math.hypot(dx, dy));
  }
  return nearestM;
}
