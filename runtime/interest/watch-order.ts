import { cellOf } from './piece-builder.ts';
import type { Viewer } from './viewer.ts';
import type { Watching } from './watching.ts';

/**
 * A viewer's watchings in the order of its frames: exact tables, then streamed ones, near cells first. A cell that comes is put in its
 * place; that the others' distances change as the centres move is taken in now and then.
 */
export class WatchOrder {
  /** Those before `placedCount` are in order. Some may have ended: who goes through it passes over them. */
  readonly list: Watching[] = [];
  private placedCount = 0;
  private endedCount = 0;
  private placingCount = 0;

  add(watching: Watching): void {
    this.list.push(watching);
  }

  /** One of them has ended. */
  end(watching: Watching): void {
    watching.isEnded = true;
    this.endedCount++;
    // Of a viewer that takes no frames: those that are in order are few among them.
    if (this.endedCount > ENDED_MAX && 2 * this.endedCount > this.list.length) this.dropEnded();
  }

  get hasUnplaced(): boolean {
    return this.placedCount < this.list.length;
  }

  /** Puts what was added in its place, by the viewer's centres as they are. */
  settle(viewer: Viewer): void {
    this.dropEnded();
    if (!this.hasUnplaced) return;
    const { list } = this;
    const isAnew = list.length - this.placedCount > PLACED_AT_ONCE_MAX || ++this.placingCount === PLACINGS_MAX;
    if (isAnew) {
      for (const watching of list) watching.rank = rankOf(viewer, watching);
      list.sort((a, b) => a.rank - b.rank);
      this.placingCount = 0;
    } else for (let i = this.placedCount; i < list.length; i++) this.place(viewer, i);
    this.placedCount = list.length;
  }

  private place(viewer: Viewer, i: number): void {
    const { list } = this;
    const watching = list[i]!;
    const rank = rankOf(viewer, watching);
    watching.rank = rank;
    let at = i;
    for (; at > 0 && list[at - 1]!.rank > rank; at--) list[at] = list[at - 1]!; // mostly from the rim
    list[at] = watching;
  }

  private dropEnded(): void {
    if (this.endedCount === 0) return;
    const { list } = this;
    let count = 0;
    let placedCount = 0;
    for (let i = 0; i < list.length; i++) {
      if (list[i]!.isEnded) continue;
      list[count++] = list[i]!;
      if (i < this.placedCount) placedCount++;
    }
    while (list.length > count) list.pop();
    this.placedCount = placedCount;
    this.endedCount = 0;
  }
}

/** As many are put in their places one by one; more are sorted with all others. */
const PLACED_AT_ONCE_MAX = 24;
/** After so many times all distances are looked at anew. */
const PLACINGS_MAX = 8;
const ENDED_MAX = 64;

/** Above all squares of distances within a reach. */
const STREAMED = 2 ** 50;
const ELSEWHERE = 2 ** 49;

/** What is smaller comes first. Of a cell, the square of the distance in metres from the nearest centre to its middle. */
function rankOf(viewer: Viewer, { partition }: Watching): number {
  const { tracker } = partition.partitioning;
  const rank = tracker.isStreamed ? STREAMED : 0;
  const cell = cellOf(partition);
  if (cell === null) return rank;
  const { cellM } = tracker.places!;
  const x = (cell.cellX + 0.5) * cellM;
  const y = (cell.cellY + 0.5) * cellM;
  let nearest = ELSEWHERE;
  for (let i = 0; i < viewer.centreCount; i++) {
    if (viewer.centres[3 * i] !== cell.space) continue;
    const dx = viewer.centres[3 * i + 1]! - x;
    const dy = viewer.centres[3 * i + 2]! - y;
    nearest = Math.min(nearest, dx * dx + dy * dy);
  }
  return rank + nearest;
}
