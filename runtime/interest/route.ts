import { grownTo } from '@tickbase/base';
import type { Page } from './page.ts';
import { RINGS_MAX } from './rate-tiers.ts';
import { ringOfRank } from './rank-of.ts';
import type { Watching } from './watching.ts';

/**
 * The pages that a client knows of, in the order of a frame and so ring by ring, as plain numbers; and watchings of event partitions. Used again
 * and again.
 */
export class Route {
  /** u32[>= count]: numbers of the pages, see TickPieces. */
  numbers = new Uint32Array(16);
  count = 0;
  /** By ring: the place behind its last page. */
  readonly ringEnds = new Uint32Array(RINGS_MAX);
  readonly events: Watching[] = [];
  /** f64[>= count]: what the pages are ordered by; of the time when they were added. */
  private ranks = new Float64Array(16);
  /** f64[>= count]: up to which tick the client was told of the page. Of a viewer that is even they are of its last uneven frame, see Viewer. */
  froms = new Float64Array(16);
  /** f64[>= count]: not before the tick of the last piece of the page. */
  sents = new Float64Array(16);
  /** f64[>= count]: as `froms`, of what is known to have come, or less. */
  acks = new Float64Array(16);

  clear(): void {
    this.clearPages();
    while (this.events.length > 0) this.events.pop();
  }

  clearPages(): void {
    this.count = 0;
    this.ringEnds.fill(0);
  }

  /** Adds a page at the end. */
  addPage(page: Page, rank: number, from: number, sent: number, ack: number): void {
    const at = this.count++;
    this.reserve();
    this.numbers[at] = page.number;
    this.ranks[at] = rank;
    this.froms[at] = from;
    this.sents[at] = sent;
    this.acks[at] = ack;
  }

  /** To be called after pages were added. */
  noteRings(): void {
    const { ranks, ringEnds, count } = this;
    let at = 0;
    for (let ring = 0; ring < RINGS_MAX; ring++) {
      while (at < count && ringOfRank(ranks[at]!) <= ring) at++;
      ringEnds[ring] = at;
    }
  }

  /** Brings pages that were added in any order into that of their ranks. */
  sort(): void {
    const { ranks, count } = this;
    let isOrdered = true;
    for (let i = 1; i < count; i++) if (ranks[i - 1]! > ranks[i]!) isOrdered = false;
    if (isOrdered) return;
    const order = Array.from({ length: count }, (_, i) => i).sort((a, b) => ranks[a]! - ranks[b]!);
    const before = new Route();
    before.count = count;
    before.reserve();
    for (let i = 0; i < count; i++) before.copy(this, i, i);
    order.forEach((from, to) => this.copy(before, from, to));
  }

  /** Takes in what another route leads through, which is in order as this one is; the others keep theirs. */
  merge(other: Route): void {
    for (let i = 0; i < other.events.length; i++) this.events.push(other.events[i]!);
    if (other.count === 0) return;
    let from = this.count - 1;
    let added = other.count - 1;
    this.count += other.count;
    this.reserve();
    for (let to = this.count - 1; added >= 0; to--) {
      if (from >= 0 && this.ranks[from]! > other.ranks[added]!) this.copy(this, from--, to);
      else this.copy(other, added--, to);
    }
    this.noteRings();
  }

  /** Leads no longer through pages of which `isGone` is 1, by number. */
  dropPages(isGone: Uint8Array): void {
    let count = 0;
    for (let i = 0; i < this.count; i++) if (isGone[this.numbers[i]!] !== 1) this.copy(this, i, count++);
    this.count = count;
    this.noteRings();
  }

  dropEvents(watching: Watching): void {
    const at = this.events.indexOf(watching);
    if (at >= 0) this.events.splice(at, 1);
  }

  /** Where a page is; -1: it leads not through it. */
  placeOf(page: Page): number {
    for (let i = 0; i < this.count; i++) if (this.numbers[i] === page.number) return i;
    return -1;
  }

  rankAt(place: number): number {
    return this.ranks[place]!;
  }

  private copy(source: Route, from: number, to: number): void {
    this.numbers[to] = source.numbers[from]!;
    this.ranks[to] = source.ranks[from]!;
    this.froms[to] = source.froms[from]!;
    this.sents[to] = source.sents[from]!;
    this.acks[to] = source.acks[from]!;
  }

  private reserve(): void {
    this.numbers = grownTo(this.numbers, this.count);
    this.ranks = grownTo(this.ranks, this.count);
    this.froms = grownTo(this.froms, this.count);
    this.sents = grownTo(this.sents, this.count);
    this.acks = grownTo(this.acks, this.count);
  }
}
