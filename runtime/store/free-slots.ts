/**
 * Slots of deleted rows, oldest first. A slot rests: it is a row's name on the wire, so it is given out again only when every
 * client that might still know it by the old row has been told (`restTicks` after the tick that freed it).
 * Taking moves `head` only, so a rollback puts slots back by setting it.
 */
export class FreeSlots {
  /** Index of the oldest entry. */
  head = 0;
  /** Index after the newest entry. */
  tail = 0;
  #slots = new Uint32Array(ENTRIES_FIRST);
  /** The tick in which the slot of the same index was freed. */
  #ticks = new Float64Array(ENTRIES_FIRST);

  /** The oldest slot that has rested, or -1. Valid for `take` until the next `give`. */
  peek(tick: number, restTicks: number): number {
    const isRested = this.head < this.tail && this.#ticks[this.head]! + restTicks <= tick;
    return isRested ? this.#slots[this.head]! : -1;
  }

  give(slot: number, tick: number): void {
    if (this.tail === this.#slots.length) this.#makeRoom();
    this.#slots[this.tail] = slot;
    this.#ticks[this.tail] = tick;
    this.tail++;
  }

  slotAt(index: number): number {
    return this.#slots[index]!;
  }

  /** When the slot of that index was freed. */
  tickAt(index: number): number {
    return this.#ticks[index]!;
  }

  clear(): void {
    this.head = 0;
    this.tail = 0;
  }

  /** Drops what was taken when that is half, else doubles. Only between transactions: a rollback needs `head`'s past. */
  #makeRoom(): void {
    const count = this.tail - this.head;
    const capacity = this.head >= this.#slots.length / 2 ? this.#slots.length : this.#slots.length * 2;
    const slots = new Uint32Array(capacity);
    const ticks = new Float64Array(capacity);
    slots.set(this.#slots.subarray(this.head, this.tail));
    ticks.set(this.#ticks.subarray(this.head, this.tail));
    this.#slots = slots;
    this.#ticks = ticks;
    this.head = 0;
    this.tail = count;
  }
}

/** A power of two. */
const ENTRIES_FIRST = 64;
