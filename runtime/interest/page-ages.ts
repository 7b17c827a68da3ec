import { CLASS_MAX, type RateTiers, RING_ALWAYS, RINGS_MAX } from './rate-tiers.ts';
import type { TickPieces } from './tick-pieces.ts';
import type { Viewer } from './viewer.ts';

/**
 * Up to which tick a viewer's client was told of each of its pages. As long as all went out when they were due, that follows from the tick of the last
 * frame, and nothing is kept (the viewer is *even*). When pages wait for the budget, change their ring, or come after a resume, there are numbers
 * for each page in the route: up to which tick it was told (`froms`), when at the latest (`sents`), and up to which tick is known to have come (`acks`).
 */
export class PageAges {
  private readonly tickPieces: TickPieces;
  private readonly tiers: RateTiers;

  constructor(tickPieces: TickPieces, tiers: RateTiers) {
    this.tickPieces = tickPieces;
    this.tiers = tiers;
  }

  /** The tick up to which the client was told of the page at a place of the route. */
  fromOf(viewer: Viewer, place: number, ring: number): number {
    if (!viewer.isEven) return viewer.route.froms[place]!;
    const periodClass = this.classOf(viewer, ring);
    return this.tickPieces.toldTickOf(viewer.route.numbers[place]!, periodClass, viewer.sentTick);
  }

  /** The same, for a place in any ring. */
  fromAt(viewer: Viewer, place: number): number {
    let ring = 0;
    while (viewer.route.ringEnds[ring]! <= place) ring++;
    return this.fromOf(viewer, place, ring);
  }

  /** From now on there are numbers for each page. */
  unsettle(viewer: Viewer): void {
    if (viewer.isEven) {
      // While nothing of the even time is acknowledged, what is known to have come is of the time before.
      this.write(viewer, viewer.sentTick, viewer.ackedTick >= viewer.evenSince ? viewer.ackedTick : null);
      viewer.isEven = false;
    }
    viewer.ringSerial = this.tiers.serial;
  }

  /** The client was told of every page when it was due last, as of `tick` and by the rings' present classes. */
  settle(viewer: Viewer, tick: number): void {
    viewer.isEven = true;
    viewer.ringSerial = this.tiers.serial;
    viewer.evenSince = tick;
  }

  /** All that was sent up to `tick` has come. */
  acknowledge(viewer: Viewer, tick: number): void {
    const isKnown = viewer.isEven && viewer.ackedTick >= viewer.evenSince;
    viewer.ackedTick = Math.max(viewer.ackedTick, tick);
    if (isKnown) return;
    const { froms, sents, acks, count } = viewer.route;
    for (let i = 0; i < count; i++) if (sents[i]! <= tick) acks[i] = froms[i]!;
  }

  /** Nothing that was sent after `tick` has come. */
  resume(viewer: Viewer, tick: number): void {
    if (viewer.isEven && tick >= viewer.evenSince) this.write(viewer, tick, tick);
    else {
      // What an even viewer was sent since its last uneven frame is all lost, so that the numbers of that one hold.
      const { froms, sents, acks, count, ringEnds } = viewer.route;
      for (let i = 0; i < count; i++) {
        // What is in every frame was in the last one that has come, too.
        if (sents[i]! > tick) froms[i] = i < ringEnds[RING_ALWAYS]! ? tick : Math.min(tick, acks[i]!);
        sents[i] = Math.min(tick, sents[i]!);
        acks[i] = froms[i]!;
      }
    }
    viewer.isEven = false;
    viewer.ringSerial = this.tiers.serial;
  }

  /** Writes down what an even viewer's client was told up to `sent`, and of it up to `acked`; null: that is there already. */
  private write(viewer: Viewer, sent: number, acked: number | null): void {
    const { route } = viewer;
    let i = 0;
    for (let ring = 0; ring < RINGS_MAX; ring++) {
      const periodClass = this.classOf(viewer, ring);
      for (; i < route.ringEnds[ring]!; i++) {
        route.froms[i] = this.tickPieces.toldTickOf(route.numbers[i]!, periodClass, sent);
        route.sents[i] = sent; // if the frame of its own tick was skipped, a later one had it
        if (acked !== null) route.acks[i] = this.tickPieces.toldTickOf(route.numbers[i]!, periodClass, acked);
      }
    }
  }

  /** Of an even viewer's ring. */
  private classOf(viewer: Viewer, ring: number): number {
    if (ring === RING_ALWAYS) return 0;
    return this.tiers.classesAt(viewer.ringSerial)?.[ring] ?? CLASS_MAX;
  }
}
