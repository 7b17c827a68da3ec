import { grownTo } from './grow.ts';
import type { Viewer } from './viewer.ts';

const NONE = -1;

/** Which viewers' interest functions read which rows of one table: lists in pools, headed by slot. */
export class ReadIndex {
  /** Viewers that read the whole table. */
  readonly wholeTable = new Set<Viewer>();
  /** By slot: the first link, NONE: nobody. */
  private heads = new Int32Array(0);
  private nexts = new Int32Array(0);
  private previous = new Int32Array(0);
  private slots = new Int32Array(0);
  private readonly viewers: (Viewer | null)[] = [];
  private readonly free: number[] = [];

  /** Returns the link to hand to `remove`. */
  add(slot: number, viewer: Viewer): number {
    if (slot >= this.heads.length) {
      const known = this.heads.length;
      this.heads = grownTo(this.heads, slot + 1).fill(NONE, known);
    }
    const link = this.free.pop() ?? this.viewers.length;
    this.viewers[link] = viewer;
    this.nexts = grownTo(this.nexts, link + 1);
    this.previous = grownTo(this.previous, link + 1);
    this.slots = grownTo(this.slots, link + 1);
    const head = this.heads[slot]!;
    this.nexts[link] = head;
    this.previous[link] = NONE;
    this.slots[link] = slot;
    if (head !== NONE) this.previous[head] = link;
    this.heads[slot] = link;
    return link;
  }

  remove(link: number): void {
    const next = this.nexts[link]!;
    const previous = this.previous[link]!;
    if (next !== NONE) this.previous[next] = previous;
    if (previous !== NONE) this.nexts[previous] = next;
    else this.heads[this.slots[link]!] = next;
    this.viewers[link] = null;
    this.free.push(link);
  }

  forEachReader(slot: number, take: (viewer: Viewer) => void): void {
    for (let link = slot < this.heads.length ? this.heads[slot]! : NONE; link !== NONE; link = this.nexts[link]!) {
      take(this.viewers[link]!);
    }
  }
}
