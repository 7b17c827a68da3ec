import { grownTo } from '@tickbase/base';
import type { ViewerId } from './viewers-port.ts';

/** The viewers that are owed something, each once. */
export class NewsList {
  /** In no order. */
  readonly viewers: ViewerId[] = [];
  /** i32[viewers]: place in `viewers`, -1: nothing is owed. */
  private places = new Int32Array(0);

  /** There are viewers with ids below `count`. */
  reserve(count: number): void {
    const known = this.places.length;
    if (count > known) this.places = grownTo(this.places, count).fill(-1, known);
  }

  has(id: ViewerId): boolean {
    return this.places[id]! >= 0;
  }

  /** False: it is there already. */
  add(id: ViewerId): boolean {
    if (this.places[id]! >= 0) return false;
    this.places[id] = this.viewers.push(id) - 1;
    return true;
  }

  drop(id: ViewerId): void {
    const at = this.places[id]!;
    if (at < 0) return;
    const last = this.viewers.pop()!;
    if (last !== id) {
      this.viewers[at] = last;
      this.places[last] = at;
    }
    this.places[id] = -1;
  }
}
