import { encodeStoredRow } from '@tickbase/protocol';
import type { ByteBudgets } from './byte-budgets.ts';
import { SAMPLED_FRAMES } from './interest-counters.ts';
import type { RateTiers } from './rate-tiers.ts';
import type { RouteFiller } from './route-filler.ts';
import type { SentWrites } from './sent-writes.ts';
import type { TableTracker } from './table-tracker.ts';
import type { TickNews } from './tick-news.ts';
import {
  HAS_EVENTS,
  IS_ORDINARY,
  LINE,
  OWN_PLACE,
  PAIR,
  RING_SERIAL,
  ROUTE_COUNT,
  ROUTE_START,
  SENT_TICK,
  type ViewerLines,
  WRITE_COUNT,
  WRITES,
} from './viewer-lines.ts';
import type { OrdinaryFrame, ViewerId } from './viewers-port.ts';
import type { WatchBook } from './watch-book.ts';

/**
 * The frame that most clients get in most ticks: all pieces of the tick along a route that stays as it is, and the rows that the client wrote
 * itself. Put together from plain numbers; no object of the viewer is looked at.
 */
export class OrdinaryFrames {
  private readonly lines: ViewerLines;
  private readonly sentWrites: SentWrites;
  private readonly book: WatchBook;
  private readonly news: TickNews;
  private readonly tiers: RateTiers;
  private readonly budgets: ByteBudgets;
  private readonly routes: RouteFiller;
  private readonly tickS: number;
  private frameCount = 0;

  /** `tickS`: see FrameFiller. */
  constructor(
    lines: ViewerLines,
    sentWrites: SentWrites,
    book: WatchBook,
    news: TickNews,
    tiers: RateTiers,
    budgets: ByteBudgets,
    routes: RouteFiller,
    tickS: number,
  ) {
    this.lines = lines;
    this.sentWrites = sentWrites;
    this.book = book;
    this.news = news;
    this.tiers = tiers;
    this.budgets = budgets;
    this.routes = routes;
    this.tickS = tickS;
  }

  /**
   * Fills a frame without own rows and counts it as sent; pieces go behind what is there. False: the viewer's frame is another one, or more than its
   * budget. Then nothing has changed but the frame, which may hold pieces.
   */
  put(id: ViewerId, frame: OrdinaryFrame, tick: number, nowS: number): boolean {
    const { values } = this.lines;
    const line = LINE * id;
    if (values[line + IS_ORDINARY] === 0 || !this.tiers.isFlat) return false;
    if (values[line + RING_SERIAL] !== this.tiers.serial) return false;
    const sentTick = values[line + SENT_TICK]!;
    if (values[line + HAS_EVENTS] !== 0 && this.news.eventTick > sentTick) return false;
    if (values[line + WRITE_COUNT]! > 0 && !this.knowsWrites(line)) return false;

    const start = values[line + ROUTE_START]!;
    const end = start + values[line + ROUTE_COUNT]!;
    const before = frame.pieces.length;
    this.routes.putPages(this.lines.numbers, frame, tick, start, end, 0, sentTick);
    const bytesLeft = this.tickS === 0 ? Number.POSITIVE_INFINITY : this.budgets.fill(id, nowS, this.tickS);
    if (frame.pieces.length - before > bytesLeft) return false;
    if (values[line + WRITE_COUNT]! > 0) this.putWrites(id, frame, tick);
    if (this.frameCount++ % SAMPLED_FRAMES === 0) this.routes.samplePages(this.lines.numbers.values, start, end, 0);
    values[line + SENT_TICK] = tick;
    this.budgets.take(id, frame.pieces.length - before + frame.ownRows.bytes.length);
    return true;
  }

  /** True when the client knows a page of each row that it wrote and is to get a copy of. */
  private knowsWrites(line: number): boolean {
    const { values } = this.lines;
    for (let i = 0; i < values[line + WRITE_COUNT]!; i++) {
      const pair = values[line + WRITES + 2 * i]!;
      const position = Math.floor(pair / PAIR);
      const tracker = this.book.trackers[position];
      if (!tracker?.isActive || !tracker.isStreamed) continue;
      const slot = pair - position * PAIR; // a remainder of such numbers would cost more
      // It may be gone by now, and another row have its slot.
      if (!tracker.isSameSince(slot, values[line + WRITES + 2 * i + 1]!)) return false;
      if (tracker.groups.length > 0 || !this.isOnRoute(tracker, slot, line)) return false;
    }
    return true;
  }

  private isOnRoute({ partitionings }: TableTracker, slot: number, line: number): boolean {
    const { values } = this.lines;
    const numbers = this.lines.numbers.values;
    const start = values[line + ROUTE_START]!;
    const count = values[line + ROUTE_COUNT]!;
    const last = values[line + OWN_PLACE]!;
    for (let p = 0; p < partitionings.length; p++) {
      const page = partitionings[p]!.pageOf(slot);
      if (page === null) continue;
      const { number } = page;
      if (last < count && numbers[start + last] === number) return true; // as it mostly is from tick to tick
      for (let i = 0; i < count; i++) {
        if (numbers[start + i] !== number) continue;
        values[line + OWN_PLACE] = i;
        return true;
      }
    }
    return false;
  }

  /** As OwnRowFiller, where all pages are brought to the tick anyway. */
  private putWrites(id: ViewerId, frame: OrdinaryFrame, tick: number): void {
    const { values } = this.lines;
    const line = LINE * id;
    for (let i = 0; i < values[line + WRITE_COUNT]!; i++) {
      const pair = values[line + WRITES + 2 * i]!;
      const position = Math.floor(pair / PAIR);
      const slot = pair - position * PAIR;
      const tracker = this.book.trackers[position];
      if (!tracker?.isActive) continue;
      if (tracker.isStreamed) {
        encodeStoredRow(frame.ownRows.bytes, tracker.storages, tracker.columns, slot);
        frame.ownRows.add(tracker.plan.id, slot);
      }
      this.sentWrites.push(id, tick, pair);
    }
    values[line + WRITE_COUNT] = 0;
  }
}
