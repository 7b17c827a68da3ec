import { assert, grownTo } from '@tickbase/base';
import type { Page } from './page.ts';
import { TickPieces } from './tick-pieces.ts';

const END = -1;

/**
 * What changed in watched pages in the current tick. Updates and enters are lists in one arena, a list for each page, the
 * latest first; leaves are at the end of each page's ring.
 */
export class TickNews {
  /** How long a freed name rests and a leave is remembered, in ticks. */
  readonly leaveRingTicks: number;
  readonly changedPages: Page[] = [];
  readonly pieces = new TickPieces();
  /** By number, see TickPieces; of numbers that are free, the page that had it last. */
  readonly pages: Page[] = [];
  /** The last tick in which an event partition had news. */
  eventTick = -1;
  private values = new Uint32Array(256);
  private nexts = new Int32Array(256);
  private count = 0;
  private handle = 2;
  private eventSerial = 0;

  constructor(leaveRingTicks: number) {
    this.leaveRingTicks = leaveRingTicks;
  }

  /** No handle and no event number of these news is given again. */
  goOnFrom({ handle, eventSerial, eventTick }: TickNews): void {
    this.handle = handle;
    this.eventTick = eventTick;
    this.eventSerial = eventSerial;
  }

  /** Handles 0 and 1 are destinations of leaves. */
  nextHandle(): number {
    assert(this.handle < 0xffff_ffff, 'an epoch has handles of 32 bits');
    return this.handle++;
  }

  /** News of rows in the present tick. */
  get rowCount(): number {
    return this.count;
  }

  beginTick(tick: number): void {
    while (this.changedPages.length > 0) this.changedPages.pop(); // to set the length would give the memory back
    this.pieces.beginTick(tick);
    this.count = 0;
  }

  touch(page: Page, tick: number): void {
    if (!page.touch(tick)) return;
    this.changedPages.push(page);
    this.pieces.touch(page.number, tick);
  }

  /** `change` is a place in the table's changes of the tick. */
  addUpdate(page: Page, change: number, tick: number): void {
    this.touch(page, tick);
    page.updateHead = this.add(change, page.updateHead);
  }

  /** `value`: the slot that entered; for event tables the place in the table's changes of the tick. */
  addEnter(page: Page, value: number, tick: number): void {
    this.touch(page, tick);
    page.enterHead = this.add(value, page.enterHead);
  }

  /** Gives `count` events numbers that no others have; returns the first. */
  takeEventSerials(count: number): number {
    const first = this.eventSerial;
    this.eventSerial += count;
    return first;
  }

  /** Copies a list of `count` values to `out`, the latest last: mostly the order of slots, and so nearly that of names. */
  read(head: number, out: Uint32Array, count: number): void {
    let i = count;
    for (let at = head; at !== END; at = this.nexts[at]!) out[--i] = this.values[at]!;
  }

  lengthOf(head: number): number {
    let count = 0;
    for (let at = head; at !== END; at = this.nexts[at]!) count++;
    return count;
  }

  private add(value: number, next: number): number {
    const at = this.count++;
    if (at === this.values.length) this.grow();
    this.values[at] = value;
    this.nexts[at] = next;
    return at;
  }

  private grow(): void {
    this.values = grownTo(this.values, this.count);
    this.nexts = grownTo(this.nexts, this.count);
  }
}
