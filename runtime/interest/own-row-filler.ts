import { encodeStoredRow } from '@tickbase/protocol';
import type { Page } from './page.ts';
import type { PageAges } from './page-ages.ts';
import type { RouteFiller } from './route-filler.ts';
import type { SentWrites } from './sent-writes.ts';
import type { TableTracker } from './table-tracker.ts';
import { PAIR } from './viewer-lines.ts';
import type { Viewer } from './viewer.ts';
import type { ViewerFrame } from './viewers-port.ts';
import type { WatchBook } from './watch-book.ts';

/** Adds exact copies of rows that a viewer's own calls wrote. */
export class OwnRowFiller {
  private readonly book: WatchBook;
  private readonly routes: RouteFiller;
  private readonly ages: PageAges;
  private readonly sentWrites: SentWrites;
  /** Scratch: writes whose row the client does not have yet, as SlotPairs gives them. */
  private readonly waiting: number[] = [];

  constructor(book: WatchBook, routes: RouteFiller, ages: PageAges, sentWrites: SentWrites) {
    this.book = book;
    this.routes = routes;
    this.ages = ages;
    this.sentWrites = sentWrites;
  }

  /**
   * Exact copies of rows that the viewer wrote and sees. A page that the row entered since the client was told of it is brought to this tick, due or
   * not, so that the client has the row before it has the copy. A row whose page is still to come for the first time waits for it.
   */
  put(viewer: Viewer, frame: ViewerFrame, tick: number): void {
    const { ownWrites } = viewer;
    const { waiting } = this;
    const writes = ownWrites.read();
    const { length } = ownWrites;
    for (let i = 0; i < length; i += 3) {
      const tracker = this.book.trackers[writes[i]!];
      const slot = writes[i + 1]!;
      if (!tracker?.isActive) continue;
      if (!tracker.isStreamed) {
        // The client has exact rows anyway; but if this frame is lost, the next one has to bring the page, too.
        this.sentWrites.push(viewer.id, tick, writes[i]! * PAIR + slot);
        continue;
      }
      // What a client wrote that is far behind may be gone, and another row have its slot.
      if (!tracker.isSameSince(slot, writes[i + 2]!)) continue;
      if (this.putPages(viewer, tracker, slot, frame, tick)) {
        encodeStoredRow(frame.ownRows.bytes, tracker.storages, tracker.columns, slot);
        frame.ownRows.add(tracker.plan.id, slot);
        this.sentWrites.push(viewer.id, tick, writes[i]! * PAIR + slot);
      } else if (isSeen(viewer, tracker, slot)) waiting.push(writes[i]!, slot, writes[i + 2]!);
    }
    ownWrites.clear();
    if (waiting.length === 0) return;
    for (let i = 0; i < waiting.length; i += 3) ownWrites.add(waiting[i]!, waiting[i + 1]!, waiting[i + 2]!);
    waiting.length = 0;
  }

  /** First copies of pages in which the viewer has written go with the frame: what it wrote is in its copy when it hears of the call's result. */
  hasten(viewer: Viewer): void {
    const take = (page: Page): boolean => {
      const watching = viewer.watchings.get(page.partition);
      if (watching?.owesFirstCopy) watching.isUrgent = true;
      return false;
    };
    const writes = viewer.ownWrites.read();
    for (let i = 0; i < viewer.ownWrites.length; i += 3) {
      const tracker = this.book.trackers[writes[i]!];
      if (!tracker?.isActive) continue;
      for (const partitioning of tracker.partitionings) {
        const page = partitioning.pageOf(writes[i + 1]!);
        if (page !== null) take(page);
      }
      for (const group of tracker.groups) group.isInSome(writes[i + 1]!, take);
    }
  }

  /** Sees to it that the client has the row in all of its pages that it knows of. False: it knows of none. */
  private putPages(viewer: Viewer, tracker: TableTracker, slot: number, frame: ViewerFrame, tick: number): boolean {
    let isKnown = false;
    for (let p = 0; p < tracker.partitionings.length; p++) {
      const page = tracker.partitionings[p]!.pageOf(slot);
      if (page !== null && this.putPage(viewer, page, slot, frame, tick)) isKnown = true;
    }
    for (const group of tracker.groups) {
      group.isInSome(slot, (page) => {
        isKnown = this.putPage(viewer, page, slot, frame, tick) || isKnown;
        return false;
      });
    }
    return isKnown;
  }

  private putPage(viewer: Viewer, page: Page, slot: number, frame: ViewerFrame, tick: number): boolean {
    const place = viewer.route.placeOf(page);
    if (place < 0) return false;
    const entryTick = page.partition.partitioning.entryTickOf(slot);
    if (entryTick > this.ages.fromAt(viewer, place)) this.routes.putNow(viewer, place, frame, tick);
    return true;
  }
}

/** True when the row is in a partition that the viewer wants. */
export function isSeen(viewer: Viewer, tracker: TableTracker, slot: number): boolean {
  for (let p = 0; p < tracker.partitionings.length; p++) {
    const page = tracker.partitionings[p]!.pageOf(slot);
    if (page !== null && isWatched(viewer, page)) return true;
  }
  return tracker.groups.some((group) => group.isInSome(slot, (page) => isWatched(viewer, page)));
}

function isWatched(viewer: Viewer, page: Page): boolean {
  // The frame that follows reads a route's numbers anyway: a short one is searched for less than a look into a map.
  if (viewer.isRouteLaid && viewer.route.count <= SHORT_ROUTE && viewer.route.placeOf(page) >= 0) return true;
  return viewer.watchings.get(page.partition)?.isShown === true;
}

const SHORT_ROUTE = 256;
