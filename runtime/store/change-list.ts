import { assert } from '@tickbase/base';
import { CAPACITY_KEPT, SlackGauge } from './slack-gauge.ts';

/**
 * The rows of one table that the open tick has touched, in the order of first touch, and how they were before the tick. What
 * is net of it is worked out by the seal; a row may stand here and turn out not to have changed.
 */
export class ChangeList {
  count = 0;
  /** 1 or 2: a table has 64 columns at most. */
  readonly maskWords: number;
  /** u32[>= count] */
  slots = new Uint32Array(ENTRIES_FIRST);
  /** u8[>= count]; 1: the row lived when the tick began. */
  livedBefore = new Uint8Array(ENTRIES_FIRST);
  /** i32[>= count]: grid cell when the tick began, NO_CELL where none. */
  cellsBefore = new Int32Array(ENTRIES_FIRST);
  /** u32[>= count * maskWords]: bit c of an entry's words: column c was written with another value. */
  masks: Uint32Array;
  /** u32[rowCapacity]: the slot's entry + 1, 0 where it has none. All 0 while the list is short (see `enterSlots`). */
  entryOfSlot: Uint32Array;
  /** `entryOfSlot` is kept: the list has been longer than SHORT_COUNT in this tick. */
  #isEntered = false;
  /** Length of `slots`, of which the engine would ask the array at each row. */
  #capacity = ENTRIES_FIRST;
  readonly #slack = new SlackGauge();

  constructor(columnCount: number, rowCapacity: number) {
    this.maskWords = Math.ceil(columnCount / 32);
    assert(this.maskWords <= 2, 'a plan with more columns than its check allows');
    this.masks = new Uint32Array(ENTRIES_FIRST * this.maskWords);
    this.entryOfSlot = new Uint32Array(rowCapacity);
  }

  growRows(rowCapacity: number): void {
    const larger = new Uint32Array(rowCapacity);
    larger.set(this.entryOfSlot);
    this.entryOfSlot = larger;
  }

  /** The slot's entry, made with these facts if it has none yet. */
  touch(slot: number, lived: number, cell: number): number {
    const known = this.entryOf(slot);
    if (known !== -1) return known;
    const entry = this.count;
    if (entry === SHORT_COUNT) this.enterSlots();
    if (entry === this.#capacity) this.#grow();
    this.slots[entry] = slot;
    this.livedBefore[entry] = lived;
    this.cellsBefore[entry] = cell;
    this.masks[entry * this.maskWords] = 0;
    if (this.maskWords === 2) this.masks[entry * 2 + 1] = 0;
    this.count = entry + 1;
    if (this.#isEntered) this.entryOfSlot[slot] = entry + 1;
    return entry;
  }

  /** The slot's entry, or -1. */
  entryOf(slot: number): number {
    if (this.#isEntered) return this.entryOfSlot[slot]! - 1;
    const { slots } = this;
    for (let entry = this.count - 1; entry >= 0; entry--) if (slots[entry] === slot) return entry;
    return -1;
  }

  /** From here to the end of the tick entries are found by slot. A short list is looked through: its slots may be anywhere in memory. */
  enterSlots(): void {
    if (this.#isEntered) return;
    this.#isEntered = true;
    for (let entry = 0; entry < this.count; entry++) this.entryOfSlot[this.slots[entry]!] = entry + 1;
  }

  /** Makes room for so many entries. */
  reserve(count: number): void {
    while (this.#capacity < count) this.#grow();
  }

  /** Drops the entries from `count` on. */
  cutTo(count: number): void {
    const { entryOfSlot, slots } = this;
    if (this.#isEntered) {
      if (count === 0 && this.count * 4 > entryOfSlot.length) entryOfSlot.fill(0);
      else for (let entry = count; entry < this.count; entry++) entryOfSlot[slots[entry]!] = 0;
      if (count === 0) this.#isEntered = false;
    }
    this.count = count;
  }

  /** To be called once a tick: lets go of memory that larger ticks needed. */
  giveBackSlack(): void {
    const { count } = this;
    if (this.#capacity <= CAPACITY_KEPT || !this.#slack.isSlack(count, this.#capacity)) return;
    this.#allocate(2 ** Math.ceil(Math.log2(Math.max(count, ENTRIES_FIRST))));
  }

  /** Makes `entryOfSlot` anew from the entries. */
  rebuild(): void {
    this.entryOfSlot.fill(0);
    this.#isEntered = false;
    if (this.count > SHORT_COUNT) this.enterSlots();
  }

  #grow(): void {
    this.#allocate(this.#capacity * 2);
  }

  /** What the entries are is kept. The arrays are put in place when all of them are made and filled. */
  #allocate(capacity: number): void {
    const { count, maskWords } = this;
    const slots = new Uint32Array(capacity);
    const livedBefore = new Uint8Array(capacity);
    const cellsBefore = new Int32Array(capacity);
    const masks = new Uint32Array(capacity * maskWords);
    slots.set(this.slots.subarray(0, count));
    livedBefore.set(this.livedBefore.subarray(0, count));
    cellsBefore.set(this.cellsBefore.subarray(0, count));
    masks.set(this.masks.subarray(0, count * maskWords));
    this.slots = slots;
    this.#capacity = capacity;
    this.livedBefore = livedBefore;
    this.cellsBefore = cellsBefore;
    this.masks = masks;
  }
}

const ENTRIES_FIRST = 16;
const SHORT_COUNT = 8;
