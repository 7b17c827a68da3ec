import { type Column, SHAPE_BYTE, SHAPE_HALF, SHAPE_WORDS } from './column.ts';

/** A numeric column as it was at one moment: what a transaction is undone by, and what a tick's changes are told by. */
export class WholeSave {
  readonly column: Column;
  /** How many slots it holds. */
  slotCount = 0;
  /** The tick in which it was taken. */
  tick = -1;
  /** The transaction that took it. */
  transaction = -1;
  #bytes = new Uint8Array(0);
  #halves = new Uint16Array(0);
  #words = new Uint32Array(0);

  constructor(column: Column) {
    this.column = column;
  }

  /** A stop in here leaves a save of no tick. */
  take(slotCount: number, tick: number, transaction: number): void {
    this.tick = -1;
    this.transaction = -1;
    const source = this.column.bytes;
    if (this.#bytes.length < source.length) {
      const bytes = new Uint8Array(source.length);
      this.#halves = new Uint16Array(bytes.buffer, 0, bytes.length >>> 1);
      this.#words = new Uint32Array(bytes.buffer, 0, bytes.length >>> 2);
      this.#bytes = bytes;
    }
    this.#bytes.set(source.subarray(0, slotCount * this.column.bytesPerSlot));
    this.slotCount = slotCount;
    this.transaction = transaction;
    this.tick = tick;
  }

  /** Whether the column is seen to be another now than it was: a look at few slots of `slotCount`. */
  isUnlikeColumn(slotCount: number): boolean {
    const { bytesPerSlot, bytes } = this.column;
    const before = this.#bytes;
    const end = Math.min(slotCount, this.slotCount) * bytesPerSlot;
    const step = Math.max(1, Math.floor(end / (SLOTS_LOOKED_AT * bytesPerSlot))) * bytesPerSlot;
    for (let slot = 0; slot < end; slot += step) {
      for (let at = slot; at < slot + bytesPerSlot; at++) if (before[at] !== bytes[at]) return true;
    }
    return false;
  }

  restore(): void {
    this.column.bytes.set(this.#bytes.subarray(0, this.slotCount * this.column.bytesPerSlot));
  }

  /** Writes the slots below `end` whose value is another now to `out`, ascending, until it is full; returns how many it wrote. */
  collectChanged(end: number, out: Uint32Array): number {
    const { column } = this;
    const count = Math.min(end, this.slotCount);
    if (column.shape === SHAPE_BYTE) return collectDifferent(this.#bytes, column.bytes, count, out);
    if (column.shape === SHAPE_HALF) return collectDifferent(this.#halves, column.halves, count, out);
    return collectWords(this.#words, column.words, column.wordsPerSlot, count, out);
  }

  /**
   * For each slot from `start` to before `end` whose value is what it was: takes the column's bit out of the slot's mask. Masks have `maskWords`
   * words each; that of `start` is at place `first`. Returns for how many.
   */
  clearSame(start: number, end: number, masks: Uint32Array, first: number, maskWords: number): number {
    const { column } = this;
    const known = Math.max(start, Math.min(end, this.slotCount));
    const keptBits = ~this.#bit;
    // What came after the save had no value that it knows.
    const word = column.position >>> 5;
    for (let slot = known; slot < end; slot++) masks[(first + slot - start) * maskWords + word]! &= keptBits;
    if (this.#isPlain && maskWords === 1) {
      return end - known + clearSameWords(this.#words, column.words, start, known, masks, first, keptBits);
    }
    const { bytesPerSlot, bytes } = column;
    const before = this.#bytes;
    let count = end - known;
    for (let slot = start; slot < known; slot++) {
      let at = slot * bytesPerSlot;
      const after = at + bytesPerSlot;
      while (at < after && before[at] === bytes[at]) at++;
      if (at < after) continue;
      masks[(first + slot - start) * maskWords + word]! &= keptBits;
      count++;
    }
    return count;
  }

  /** What most columns are: one word a slot. */
  get #isPlain(): boolean {
    return this.column.shape === SHAPE_WORDS && this.column.wordsPerSlot === 1;
  }

  /** Within its word of a mask. */
  get #bit(): number {
    return 1 << (this.column.position & 31);
  }
}

const SLOTS_LOOKED_AT = 32;

/** Four at a time: what a turn of a loop costs by itself is more than a comparison, and mostly all are different. */
function clearSameWords(
  a: Uint32Array,
  b: Uint32Array,
  start: number,
  end: number,
  masks: Uint32Array,
  first: number,
  keptBits: number,
): number {
  const shift = first - start;
  let count = 0;
  let slot = start;
  for (; slot + 4 <= end; slot += 4) {
    if (
      a[slot] !== b[slot] &&
      a[slot + 1] !== b[slot + 1] &&
      a[slot + 2] !== b[slot + 2] &&
      a[slot + 3] !== b[slot + 3]
    ) {
      continue;
    }
    for (let i = slot; i < slot + 4; i++) {
      if (a[i] !== b[i]) continue;
      masks[i + shift]! &= keptBits;
      count++;
    }
  }
  for (; slot < end; slot++) {
    if (a[slot] !== b[slot]) continue;
    masks[slot + shift]! &= keptBits;
    count++;
  }
  return count;
}

function collectDifferent<T extends Uint8Array | Uint16Array>(a: T, b: T, count: number, out: Uint32Array): number {
  let found = 0;
  for (let slot = 0; slot < count && found < out.length; slot++) if (a[slot] !== b[slot]) out[found++] = slot;
  return found;
}

function collectWords(a: Uint32Array, b: Uint32Array, perSlot: number, count: number, out: Uint32Array): number {
  let found = 0;
  if (perSlot === 1) {
    for (let slot = 0; slot < count && found < out.length; slot++) if (a[slot] !== b[slot]) out[found++] = slot;
    return found;
  }
  for (let slot = 0; slot < count && found < out.length; slot++) {
    let at = slot * perSlot;
    const end = at + perSlot;
    while (at < end && a[at] === b[at]) at++;
    if (at < end) out[found++] = slot;
  }
  return found;
}
