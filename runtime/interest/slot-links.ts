import { grownTo } from '@tickbase/base';
import type { Viewer } from './viewer.ts';

export const NO_LINK = -1;

/** Which viewers are linked to which slots of one table: lists in pools, headed by slot. A link is a place in the pools. */
export class SlotLinks {
  /** By link. */
  readonly viewers: (Viewer | null)[] = [];
  /** By slot: the first link. */
  private heads = new Int32Array(0);
  private nexts = new Int32Array(0);
  private previous = new Int32Array(0);
  private slots = new Int32Array(0);
  private readonly free: number[] = [];

  add(slot: number, viewer: Viewer): number {
    if (slot >= this.heads.length) {
      const known = this.heads.length;
      this.heads = grownTo(this.heads, slot + 1).fill(NO_LINK, known);
    }
    const link = this.free.pop() ?? this.viewers.length;
    this.viewers[link] = viewer;
    this.nexts = grownTo(this.nexts, link + 1);
    this.previous = grownTo(this.previous, link + 1);
    this.slots = grownTo(this.slots, link + 1);
    const head = this.heads[slot]!;
    this.nexts[link] = head;
    this.previous[link] = NO_LINK;
    this.slots[link] = slot;
    if (head !== NO_LINK) this.previous[head] = link;
    this.heads[slot] = link;
    return link;
  }

  remove(link: number): void {
    const next = this.nexts[link]!;
    const previous = this.previous[link]!;
    if (next !== NO_LINK) this.previous[next] = previous;
    if (previous !== NO_LINK) this.nexts[previous] = next;
    else this.heads[this.slots[link]!] = next;
    this.viewers[link] = null;
    this.free.push(link);
  }

  /** The first link of a slot, or NO_LINK. */
  firstOf(slot: number): number {
    return slot < this.heads.length ? this.heads[slot]! : NO_LINK;
  }

  /** The link after this one, or NO_LINK. */
  after(link: number): number {
    return this.nexts[link]!;
  }
}
