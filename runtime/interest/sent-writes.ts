/**
 * Rows that a viewer wrote and was sent exact copies of, with the tick of the frame, until a receipt covers them: what a resume sends
 * again. A ring of plain numbers, oldest first.
 */
export class SentWrites {
  count = 0;
  private head = 0;
  /** f64[ENTRY * a power of two]: tick, and table position * 2^32 + slot. */
  private ring = new Float64Array(ENTRY * ENTRIES_FIRST);

  push(tick: number, position: number, slot: number): void {
    if (ENTRY * this.count === this.ring.length) this.grow();
    const at = this.placeOf(this.count++);
    this.ring[at] = tick;
    this.ring[at + 1] = position * 2 ** 32 + slot;
  }

  /** Forgets what was sent up to `tick`. */
  releaseTick(tick: number): void {
    while (this.count > 0 && this.ring[this.head]! <= tick) {
      this.head = this.placeOf(1);
      this.count--;
    }
  }

  /** `tick`: of the frame. */
  forEach(take: (position: number, slot: number, tick: number) => void): void {
    for (let i = 0; i < this.count; i++) {
      const at = this.placeOf(i);
      const pair = this.ring[at + 1]!;
      const position = Math.floor(pair / 2 ** 32);
      take(position, pair - position * 2 ** 32, this.ring[at]!);
    }
  }

  clear(): void {
    this.count = 0;
  }

  /** Where the i-th of the oldest lies. */
  private placeOf(i: number): number {
    return (this.head + ENTRY * i) & (this.ring.length - 1);
  }

  private grow(): void {
    const longer = new Float64Array(2 * this.ring.length);
    for (let i = 0; i < this.count; i++) {
      for (let k = 0; k < ENTRY; k++) longer[ENTRY * i + k] = this.ring[this.placeOf(i) + k]!;
    }
    this.ring = longer;
    this.head = 0;
  }
}

/** Numbers an entry. */
const ENTRY = 2;
/** Most viewers have fewer without a receipt; and 64 bytes the engine keeps beside its objects. */
const ENTRIES_FIRST = 4;
