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
   * Writes masks of the slots below `end`, of which each has `maskWords` words: those whose value is another now get the column's bit, in place of
   * whatever was there.
   */
  setChanged(end: number, masks: Uint32Array, maskWords: number): void {
    const count = Math.min(end, this.slotCount);
    if (this.#isPlain && maskWords === 1) {
      setDifferentWords(this.#words, this.column.words, count, masks, this.#bit);
      masks.fill(0, count, end);
      return;
    }
    masks.fill(0, 0, end * maskWords);
    this.addChanged(end, masks, maskWords);
  }

  /** The same of two columns, in one pass where they are plain. */
  setBothChanged(other: WholeSave, end: number, masks: Uint32Array, maskWords: number): void {
    if (this.#isPlain && other.#isPlain && maskWords === 1 && this.slotCount === other.slotCount) {
      const count = Math.min(end, this.slotCount);
      const [{ words }, { words: otherWords }] = [this.column, other.column];
      setDifferentPairs(this.#words, words, this.#bit, other.#words, otherWords, other.#bit, count, masks);
      masks.fill(0, count, end);
      return;
    }
    this.setChanged(end, masks, maskWords);
    other.addChanged(end, masks, maskWords);
  }

  /** For each slot below `end` whose value is another now: sets the bit of the column in the slot's mask, which has `maskWords` words. */
  addChanged(end: number, masks: Uint32Array, maskWords: number): void {
    const { column } = this;
    const count = Math.min(end, this.slotCount);
    if (this.#isPlain && maskWords === 1) {
      addDifferentWords(this.#words, column.words, count, masks, this.#bit);
      return;
    }
    const { bytesPerSlot, bytes, position } = column;
    const before = this.#bytes;
    const word = position >>> 5;
    for (let slot = 0; slot < count; slot++) {
      let at = slot * bytesPerSlot;
      const after = at + bytesPerSlot;
      while (at < after && before[at] === bytes[at]) at++;
      if (at < after) masks[slot * maskWords + word]! |= this.#bit;
    }
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

function setDifferentWords(a: Uint32Array, b: Uint32Array, count: number, masks: Uint32Array, bit: number): void {
  for (let slot = 0; slot < count; slot++) masks[slot] = a[slot] === b[slot] ? 0 : bit;
}

function setDifferentPairs(
  a: Uint32Array,
  b: Uint32Array,
  bit: number,
  c: Uint32Array,
  d: Uint32Array,
  otherBit: number,
  count: number,
  masks: Uint32Array,
): void {
  for (let slot = 0; slot < count; slot++) {
    masks[slot] = (a[slot] === b[slot] ? 0 : bit) | (c[slot] === d[slot] ? 0 : otherBit);
  }
}

function addDifferentWords(a: Uint32Array, b: Uint32Array, count: number, masks: Uint32Array, bit: number): void {
  for (let slot = 0; slot < count; slot++) if (a[slot] !== b[slot]) masks[slot]! |= bit;
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
