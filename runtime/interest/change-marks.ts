import type { NewsList } from './news-list.ts';
import type { Page } from './page.ts';
import type { Partition } from './partition.ts';
import type { PieceBuilder } from './piece-builder.ts';
import { type RateTiers, RING_ALWAYS, RINGS_MAX } from './rate-tiers.ts';
import type { TickNews } from './tick-news.ts';
import type { Viewer } from './viewer.ts';
import { LINE, ROUTE_COUNT, ROUTE_START, type ViewerLines } from './viewer-lines.ts';
import type { ViewerId } from './viewers-port.ts';
import type { WatchBook } from './watch-book.ts';

/** Tells who watches what a record has changed that there is news: at once, or when it is due in the period of its ring. */
export class ChangeMarks {
  /** Pages may wait for a tick of their period although all periods are one tick now. */
  wasEased = false;
  private readonly news: TickNews;
  private readonly tiers: RateTiers;
  private readonly book: WatchBook;
  private readonly builder: PieceBuilder;
  private readonly lines: ViewerLines;
  private readonly viewers: readonly (Viewer | null)[];
  private readonly list: NewsList;
  /** Scratch: partitions of which watchers are to be told, each once. */
  private readonly marked: Partition[] = [];
  /** Viewers that watch something and are in the list. */
  private toldCount = 0;

  constructor(
    news: TickNews,
    tiers: RateTiers,
    book: WatchBook,
    builder: PieceBuilder,
    lines: ViewerLines,
    viewers: readonly (Viewer | null)[],
    list: NewsList,
  ) {
    this.news = news;
    this.tiers = tiers;
    this.book = book;
    this.builder = builder;
    this.lines = lines;
    this.viewers = viewers;
    this.list = list;
  }

  /** Behind the watch book and the pieces' hand-out, before areas take and drop anything. */
  takeChanges(tick: number): void {
    for (const page of this.news.changedPages) {
      const { partition } = page;
      if (partition.events !== null) {
        partition.events.push(this.builder.events(page, tick));
        this.news.eventTick = tick;
      }
      if (this.tiers.isFlat || this.isDueAlways(partition)) this.mark(partition, tick);
      if (!this.tiers.isFlat) this.wait(page, tick);
    }
    if (!this.tiers.isFlat || this.wasEased) {
      this.news.pieces.takeDue((_periodClass, number) => this.mark(this.news.pages[number]!.partition, tick));
    }
    if (this.marked.length > 0) this.tell(tick);
  }

  /** A change of this tick is to be told in all the periods in which somebody has the page. */
  wait({ number, partition }: Page, tick: number): void {
    const { classes } = this.tiers;
    for (let ring = RING_ALWAYS; ring < RINGS_MAX; ring++) {
      if (classes[ring]! > 0 && partition.ringCounts[ring]! > 0) this.news.pieces.wait(classes[ring]!, number, tick);
    }
  }

  /** Some watcher has it in a ring that is told of in every tick. */
  private isDueAlways({ ringCounts }: Partition): boolean {
    const { classes } = this.tiers;
    for (let ring = RING_ALWAYS; ring < RINGS_MAX; ring++)
      if (classes[ring] === 0 && ringCounts[ring]! > 0) return true;
    return false;
  }

  private mark(partition: Partition, tick: number): void {
    if (partition.newsTick === tick) return;
    partition.newsTick = tick;
    this.marked.push(partition);
  }

  /**
   * Adds the watchers of all marked partitions to the list. Where each is met many times among them, the viewers are asked first: most have news in
   * the first place in which they are looked for, and nobody is left for the partitions' own lists.
   */
  private tell(tick: number): void {
    const { marked, book, list } = this;
    this.toldCount = 0;
    for (const id of list.viewers) if (this.viewers[id]!.watchings.size > 0) this.toldCount++;
    let watchingCount = 0;
    for (const { viewers } of marked) watchingCount += viewers.length;
    if (watchingCount > ASKED_FROM * book.watcherCount) this.askViewers(tick);
    for (let i = 0; i < marked.length && this.toldCount < book.watcherCount; i++) {
      const { viewers } = marked[i]!;
      for (let k = 0; k < viewers.length; k++) if (list.add(viewers[k]!)) this.toldCount++;
    }
    while (marked.length > 0) marked.pop(); // to set the length would give the memory back
  }

  private askViewers(tick: number): void {
    const { firstPages } = this.lines;
    const { pages } = this.news;
    for (let id = 0; id < this.viewers.length; id++) {
      const first = firstPages[id]!;
      let isMarked: boolean;
      if (first < 0) isMarked = this.isWatchingMarked(id, tick);
      else isMarked = pages[first]!.partition.newsTick === tick || this.isRouteMarked(id, tick);
      if (isMarked && this.list.add(id as ViewerId)) this.toldCount++;
    }
  }

  /** An ordinary viewer watches all pages of its route. Behind the first one: that is looked at before, which nearly always is enough. */
  private isRouteMarked(id: number, tick: number): boolean {
    const { values } = this.lines;
    const numbers = this.lines.numbers.values;
    const { pages } = this.news;
    const start = values[LINE * id + ROUTE_START]!;
    const end = start + Math.min(LOOKS_MAX, values[LINE * id + ROUTE_COUNT]!);
    for (let i = start + 1; i < end; i++) if (pages[numbers[i]!]!.partition.newsTick === tick) return true;
    return false;
  }

  private isWatchingMarked(id: number, tick: number): boolean {
    const viewer = this.viewers[id];
    if (!viewer) return false;
    let looks = 0;
    for (const { newsTick } of viewer.watchings.keys()) {
      if (newsTick === tick) return true;
      if (++looks === LOOKS_MAX) return false;
    }
    return false;
  }
}

/** Watchings of marked partitions for each viewer from which on viewers are asked: to ask costs a few looks. */
const ASKED_FROM = 4;
/** Of a viewer, before it is left to the partitions' lists. */
const LOOKS_MAX = 8;
