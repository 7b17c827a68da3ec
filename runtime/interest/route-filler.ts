import { grownTo } from '@tickbase/base';
import type { ByteBudgets } from './byte-budgets.ts';
import { type InterestCounters, SAMPLED_FRAMES } from './interest-counters.ts';
import { MemoryInts } from './memory-ints.ts';
import type { Page } from './page.ts';
import type { PageAges } from './page-ages.ts';
import type { PieceBuilder } from './piece-builder.ts';
import { type RateTiers, RING_ALWAYS, RING_NEAR, RINGS_MAX } from './rate-tiers.ts';
import type { PieceRun, TickPieces } from './tick-pieces.ts';
import type { Viewer } from './viewer.ts';
import type { OrdinaryFrame, ViewerFrame } from './viewers-port.ts';

/**
 * Puts the news of pages that a client knows into its frame. In the ordinary case all that is due goes, in the order of the route, and nothing is
 * looked at but plain numbers. When that is more than the client's budget, what goes first is chosen page by page, and what has no room waits with
 * its tick.
 */
export class RouteFiller {
  private readonly builder: PieceBuilder;
  private readonly tickPieces: TickPieces;
  private readonly tiers: RateTiers;
  private readonly budgets: ByteBudgets;
  private readonly ages: PageAges;
  private readonly counters: InterestCounters;
  /** By number, see TickPieces. */
  private readonly pages: readonly Page[];
  private readonly ticksUntilUrgent: number;
  /** Scratch: places of the route that are due, each with what it is ordered by above. */
  private keys = new Float64Array(64);
  /** Scratch: the numbers of a route, where pieces are copied by them. */
  private readonly numbers: MemoryInts;
  private frameCount = 0;

  /** `ticksUntilUrgent`: news of a far cell that has waited so long goes with those of near cells. */
  constructor(
    builder: PieceBuilder,
    tickPieces: TickPieces,
    pages: readonly Page[],
    tiers: RateTiers,
    budgets: ByteBudgets,
    ages: PageAges,
    counters: InterestCounters,
    ticksUntilUrgent: number,
  ) {
    this.builder = builder;
    this.tickPieces = tickPieces;
    this.pages = pages;
    this.tiers = tiers;
    this.budgets = budgets;
    this.ages = ages;
    this.counters = counters;
    this.ticksUntilUrgent = ticksUntilUrgent;
    this.numbers = new MemoryInts(tickPieces.memory);
  }

  /** Puts the news of all pages that are due. What comes by area has `bytesLeft`. */
  put(viewer: Viewer, frame: ViewerFrame, tick: number, bytesLeft: number): void {
    if (viewer.isEven && viewer.ringSerial !== this.tiers.serial) this.ages.unsettle(viewer);
    if (viewer.isEven) {
      if (this.putAll(viewer, frame, tick, bytesLeft)) return;
      this.ages.unsettle(viewer);
    }
    this.putChosen(viewer, frame, tick, bytesLeft);
  }

  /** Copies a run of pieces of a page into a frame. */
  putRun(page: Page, run: PieceRun, frame: ViewerFrame): void {
    this.counters.tableBytes[page.partition.partitioning.tracker.view.position]! += run.end - run.start;
    this.tickPieces.copy(run.start, run.end, frame.pieces);
    frame.pieceCount += run.count;
  }

  /** The same for an even viewer, if it has room for all. False: it is more than `bytesLeft`, and nothing was put. */
  putAll(viewer: Viewer, frame: ViewerFrame, tick: number, bytesLeft: number): boolean {
    const { route, sentTick } = viewer;
    const { classes, isFlat } = this.tiers;
    const start = frame.pieces.length;
    const { pieceCount } = frame;
    const { numbers } = this;
    numbers.reserve(route.count);
    const { values } = numbers;
    for (let i = 0; i < route.count; i++) values[i] = route.numbers[i]!;
    if (isFlat) this.putPages(numbers, frame, tick, 0, route.count, 0, sentTick);
    else {
      let place = 0;
      for (let ring = RING_ALWAYS; place < route.count; ring++) {
        const end = route.ringEnds[ring]!;
        if (end > place) place = this.putPages(numbers, frame, tick, place, end, classes[ring]!, sentTick);
      }
    }
    if (frame.pieces.length - start > bytesLeft && !viewer.isUnbounded) {
      frame.pieces.length = start;
      frame.pieceCount = pieceCount;
      return false;
    }
    if (this.frameCount++ % SAMPLED_FRAMES === 0) this.sample(viewer);
    return true;
  }

  /** Puts the news since `sentTick` of the pages numbers[first…end), all of one period, for a client that has had them in each of its ticks. */
  putPages(
    numbers: MemoryInts,
    frame: OrdinaryFrame,
    tick: number,
    first: number,
    end: number,
    periodClass: number,
    sentTick: number,
  ): number {
    const { tickPieces, builder } = this;
    let place = tickPieces.copyPages(numbers, first, end, periodClass, sentTick, frame);
    while (place < end) {
      const page = this.pages[numbers.values[place]!]!;
      let run: PieceRun | null;
      if (periodClass === 0) run = builder.since(page, sentTick, tick);
      else run = builder.inPeriod(page, tickPieces.toldTickOf(page.number, periodClass, sentTick), periodClass, tick);
      if (run !== null) {
        tickPieces.copy(run.start, run.end, frame.pieces);
        frame.pieceCount += run.count;
      }
      place = tickPieces.copyPages(numbers, place + 1, end, periodClass, sentTick, frame);
    }
    return end;
  }

  /** What is in every frame first, then the cells of the centres, then ring by ring, and in a ring what has waited longest. */
  private putChosen(viewer: Viewer, frame: ViewerFrame, tick: number, bytesLeft: number): void {
    const { route } = viewer;
    const { froms, numbers, ringEnds } = route;
    const start = frame.pieces.length;
    for (let place = 0; place < ringEnds[RING_ALWAYS]!; place++) this.putPage(viewer, place, frame, tick);
    const dueCount = this.listDue(viewer, tick);
    const keys = this.keys.subarray(0, dueCount).sort();
    let left = viewer.isUnbounded ? Number.POSITIVE_INFINITY : bytesLeft - (frame.pieces.length - start);
    let isSettled = true;
    for (let i = 0; i < dueCount; i++) {
      const place = keys[i]! % PLACES;
      const page = this.pages[numbers[place]!]!;
      const ageTicks = tick - froms[place]!;
      const run = this.builder.since(page, froms[place]!, tick);
      const bytes = run === null ? 0 : run.end - run.start;
      const isFirst = keys[i]! < ORDER && ageTicks > this.ticksUntilUrgent / 4;
      if (bytes > left && !isFirst && !(left > 0 && this.budgets.isFullFor(viewer.id, bytes))) {
        this.counters.piecesSkipped += dueCount - i;
        this.counters.framesCut++;
        isSettled = false;
        break;
      }
      left -= bytes;
      froms[place] = tick;
      route.sents[place] = tick;
      if (run === null) continue;
      this.putRun(page, run, frame);
      this.counters.countAge(ringAt(route.ringEnds, place), ageTicks);
      if (ageTicks > 1) this.counters.piecesMerged++;
    }
    if (isSettled) this.ages.settle(viewer, tick);
    else viewer.isPending = true;
  }

  /** Writes down which places of the route are due, and in what order they go. Returns how many. */
  private listDue({ route, watchings }: Viewer, tick: number): number {
    const { froms, numbers, ringEnds } = route;
    let dueCount = 0;
    let place = ringEnds[RING_ALWAYS]!;
    let ownEnd = place;
    while (ownEnd < route.count && watchings.get(this.pages[numbers[ownEnd]!]!.partition)?.isOwn) ownEnd++;
    for (let ring = RING_NEAR; ring < RINGS_MAX; ring++) {
      const periodClass = this.tiers.classes[ring]!;
      for (; place < ringEnds[ring]!; place++) {
        const page = this.pages[numbers[place]!]!;
        const from = froms[place]!;
        if (page.changeTick <= from) continue;
        if (periodClass > 0 && from >= this.tickPieces.dueTickOf(page.number, periodClass)) {
          this.tickPieces.wait(periodClass, page.number, tick + 1);
          continue;
        }
        let order = ring + 1;
        if (place < ownEnd) order = 0;
        else if (tick - from > this.ticksUntilUrgent) order = 1;
        const waited = Math.min(WAITS - 1, tick - from);
        this.keys = grownTo(this.keys, dueCount + 1);
        this.keys[dueCount++] = order * ORDER + (WAITS - 1 - waited) * PLACES + place;
      }
    }
    return dueCount;
  }

  /** Brings one page to the present tick, whether it is due or not; behind `put`, which may have done so already. */
  putNow(viewer: Viewer, place: number, frame: ViewerFrame, tick: number): void {
    const { route } = viewer;
    if (viewer.isEven) {
      if (this.tiers.isFlat) return;
      const periodClass = this.tiers.classes[ringAt(route.ringEnds, place)]!;
      if (this.tickPieces.dueTickOf(route.numbers[place]!, periodClass) === tick) return;
    }
    this.putPage(viewer, place, frame, tick);
  }

  private putPage(viewer: Viewer, place: number, frame: ViewerFrame, tick: number): void {
    const { route } = viewer;
    const page = this.pages[route.numbers[place]!]!;
    const run = this.builder.since(page, this.ages.fromAt(viewer, place), tick);
    if (run !== null) this.putRun(page, run, frame);
    if (viewer.isEven) return; // that it has more than is thought does no harm
    route.froms[place] = tick;
    route.sents[place] = tick;
  }

  /** Adds the bytes by table of one frame for many. */
  private sample({ route }: Viewer): void {
    let place = 0;
    for (let ring = RING_ALWAYS; place < route.count; ring++) {
      const end = route.ringEnds[ring]!;
      this.samplePages(route.numbers, place, end, this.tiers.classes[ring]!);
      place = end;
    }
  }

  /** The same of the pages numbers[first…end), all of one period. */
  samplePages(numbers: Uint32Array | Int32Array, first: number, end: number, periodClass: number): void {
    this.tickPieces.addLengths(numbers, first, end, periodClass, SAMPLED_FRAMES, this.counters.tableBytes);
  }
}

function ringAt(ringEnds: Uint32Array, place: number): number {
  let ring = 0;
  while (ringEnds[ring]! <= place) ring++;
  return ring;
}

/** A key is (order * WAITS + WAITS - 1 - ticks waited) * PLACES + place: exact below 2^53, and what sorts first goes first. */
const PLACES = 2 ** 17;
const WAITS = 2 ** 20;
const ORDER = PLACES * WAITS;
