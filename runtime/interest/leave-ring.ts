/**
 * The leaves of one page, oldest first: what a client that missed ticks must be told, and for how long a name rests.
 * Circular arrays that grow; entry `i` counts from the oldest.
 */
export class LeaveRing {
  count = 0;
  private head = 0;
  private ticks = new Float64Array(0);
  private names = new Uint16Array(0);
  private slots = new Uint32Array(0);
  private deleted = new Uint8Array(0);

  push(tick: number, name: number, slot: number, isDeleted: boolean): void {
    if (this.count === this.ticks.length) this.grow();
    const at = (this.head + this.count++) & (this.ticks.length - 1);
    this.ticks[at] = tick;
    this.names[at] = name;
    this.slots[at] = slot;
    this.deleted[at] = isDeleted ? 1 : 0;
  }

  dropOldest(): void {
    this.head = (this.head + 1) & (this.ticks.length - 1);
    this.count--;
  }

  tickAt(i: number): number {
    return this.ticks[this.placeOf(i)]!;
  }

  nameAt(i: number): number {
    return this.names[this.placeOf(i)]!;
  }

  slotAt(i: number): number {
    return this.slots[this.placeOf(i)]!;
  }

  isDeletedAt(i: number): boolean {
    return this.deleted[this.placeOf(i)] === 1;
  }

  /** Place of the first entry younger than `tick`; `count` when there is none. */
  firstAfter(tick: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.tickAt(middle) > tick) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  private placeOf(i: number): number {
    return (this.head + i) & (this.ticks.length - 1);
  }

  /** Lengths are powers of two, so that a place is a mask away; the ring is laid straight again. */
  private grow(): void {
    const length = Math.max(8, this.ticks.length * 2);
    const order = Array.from({ length: this.count }, (_, i) => this.placeOf(i));
    const { ticks, names, slots, deleted } = this;
    this.ticks = new Float64Array(length);
    this.names = new Uint16Array(length);
    this.slots = new Uint32Array(length);
    this.deleted = new Uint8Array(length);
    order.forEach((from, to) => {
      this.ticks[to] = ticks[from]!;
      this.names[to] = names[from]!;
      this.slots[to] = slots[from]!;
      this.deleted[to] = deleted[from]!;
    });
    this.head = 0;
  }
}
