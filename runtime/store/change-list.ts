import { NO_CELL } from './cell-grid.ts';

/**
 * The rows of one table that the open tick has touched, in the order of first touch, and how they were before the tick. What
 * is net of it is worked out by the seal; a row may stand here and turn out not to have changed.
 */
export class ChangeList {
  count = 0;
  readonly maskWords: number;
  /** u32[>= count] */
  slots = new Uint32Array(ENTRIES_FIRST);
  /** u8[>= count]; 1: the row lived when the tick began. */
  livedBefore = new Uint8Array(ENTRIES_FIRST);
  /** i32[>= count]: grid cell when the tick began, NO_CELL where none. */
  cellsBefore = new Int32Array(ENTRIES_FIRST);
  /** u32[>= count * maskWords]: bit c of an entry's words: column c was written with another value. */
  masks: Uint32Array;
  /** u32[rowCapacity]: the slot's entry + 1, 0 where it has none. */
  entryOfSlot: Uint32Array;

  constructor(columnCount: number, rowCapacity: number) {
    this.maskWords = Math.ceil(columnCount / 32);
    this.masks = new Uint32Array(ENTRIES_FIRST * this.maskWords);
    this.entryOfSlot = new Uint32Array(rowCapacity);
  }

  growRows(rowCapacity: number): void {
    const old = this.entryOfSlot;
    this.entryOfSlot = new Uint32Array(rowCapacity);
    this.entryOfSlot.set(old);
  }

  /** The slot's entry, made with these facts if it has none yet. */
  touch(slot: number, lived: number, cell: number): number {
    const known = this.entryOfSlot[slot]!;
    if (known !== 0) return known - 1;
    const entry = this.count;
    if (entry === this.slots.length) this.#grow();
    this.slots[entry] = slot;
    this.livedBefore[entry] = lived;
    this.cellsBefore[entry] = cell;
    for (let word = 0; word < this.maskWords; word++) this.masks[entry * this.maskWords + word] = 0;
    this.count = entry + 1;
    this.entryOfSlot[slot] = entry + 1;
    return entry;
  }

  /** Drops the entries from `count` on. */
  cutTo(count: number): void {
    for (let entry = count; entry < this.count; entry++) this.entryOfSlot[this.slots[entry]!] = 0;
    this.count = count;
  }

  #grow(): void {
    const capacity = this.slots.length * 2;
    const { slots, livedBefore, cellsBefore, masks } = this;
    this.slots = new Uint32Array(capacity);
    this.slots.set(slots);
    this.livedBefore = new Uint8Array(capacity);
    this.livedBefore.set(livedBefore);
    this.cellsBefore = new Int32Array(capacity).fill(NO_CELL);
    this.cellsBefore.set(cellsBefore);
    this.masks = new Uint32Array(capacity * this.maskWords);
    this.masks.set(masks);
  }
}

const ENTRIES_FIRST = 16;
