import { assert } from '@tickbase/base';

/**
 * Slots in ascending order: adding and removing moves a few hundred numbers at most. What share a key of a hash index, or a cell of the grid.
 * Most lists are short: they are one array, and only longer ones chunks of at most CHUNK_CAPACITY.
 */
export class SortedSlots {
  count = 0;
  /** u32[>= count], while there are no chunks. */
  #slots: Uint32Array = NONE;
  /** null until the list is longer than one of them; none of them is empty. */
  #chunks: Chunk[] | null = null;

  add(slot: number): void {
    const { count } = this;
    if (count === CHUNK_CAPACITY && this.#chunks === null) this.#chunks = [{ slots: this.#slots, count }];
    if (this.#chunks !== null) {
      addToChunks(this.#chunks, slot);
    } else {
      if (count === this.#slots.length) this.#slots = grown(this.#slots);
      insertAt(this.#slots, count, placeIn(this.#slots, count, slot), slot);
    }
    this.count = count + 1;
  }

  remove(slot: number): void {
    const { count } = this;
    if (this.#chunks !== null) {
      removeFromChunks(this.#chunks, slot);
      if (count === 1) this.clear();
    } else {
      const slots = this.#slots;
      const at = placeIn(slots, count, slot);
      assert(at < count && slots[at] === slot, 'an index lacks a slot that it should hold');
      removeAt(slots, count, at);
      // A short array stays for who comes next: cells are left and entered all the time.
      if (count === 1 && slots.length > CAPACITY_KEPT) this.#slots = NONE;
    }
    this.count = count - 1;
  }

  clear(): void {
    this.#slots = NONE;
    this.#chunks = null;
    this.count = 0;
  }

  first(): number {
    if (this.count === 0) return -1;
    return this.#chunks === null ? this.#slots[0]! : this.#chunks[0]!.slots[0]!;
  }

  collectAll(out: number[]): void {
    if (this.#chunks === null) collect(this.#slots, this.count, out);
    else for (const { slots, count } of this.#chunks) collect(slots, count, out);
  }
}

interface Chunk {
  /** u32[CHUNK_CAPACITY], ascending; `count` of them are in use. */
  readonly slots: Uint32Array;
  count: number;
}

const NONE = new Uint32Array(0);
const CHUNK_CAPACITY = 512;
const CAPACITY_FIRST = 4;
/** As many as an array holds within its own object. */
const CAPACITY_KEPT = 16;
/** Few are moved faster than the engine is called to do so. */
const SHIFTED_MAX = 32;

function grown(slots: Uint32Array): Uint32Array {
  const larger = new Uint32Array(Math.max(CAPACITY_FIRST, Math.min(CHUNK_CAPACITY, slots.length * 4)));
  larger.set(slots);
  return larger;
}

/** The place of the first slot that is not before `slot`. */
function placeIn(slots: Uint32Array, count: number, slot: number): number {
  if (count > 0 && slots[count - 1]! < slot) return count; // appending is the common case
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (slots[middle]! < slot) low = middle + 1;
    else high = middle;
  }
  return low;
}

function insertAt(slots: Uint32Array, count: number, at: number, slot: number): void {
  if (count - at > SHIFTED_MAX) slots.copyWithin(at + 1, at, count);
  else for (let i = count; i > at; i--) slots[i] = slots[i - 1]!;
  slots[at] = slot;
}

function removeAt(slots: Uint32Array, count: number, at: number): void {
  if (count - at > SHIFTED_MAX) slots.copyWithin(at, at + 1, count);
  else for (let i = at + 1; i < count; i++) slots[i - 1] = slots[i]!;
}

function addToChunks(chunks: Chunk[], slot: number): void {
  let index = chunkOf(chunks, slot);
  let chunk = chunks[index]!;
  let at = placeIn(chunk.slots, chunk.count, slot);
  if (chunk.count === CHUNK_CAPACITY) {
    split(chunks, index, at);
    if (at > chunk.count || (at === chunk.count && chunk.count === CHUNK_CAPACITY)) {
      at -= chunk.count;
      index++;
      chunk = chunks[index]!;
    }
  }
  insertAt(chunk.slots, chunk.count, at, slot);
  chunk.count++;
}

function removeFromChunks(chunks: Chunk[], slot: number): void {
  const index = chunkOf(chunks, slot);
  const chunk = chunks[index]!;
  const at = placeIn(chunk.slots, chunk.count, slot);
  assert(at < chunk.count && chunk.slots[at] === slot, 'an index lacks a slot that it should hold');
  removeAt(chunk.slots, chunk.count, at);
  chunk.count--;
  if (chunk.count === 0) chunks.splice(index, 1);
}

/** The last chunk whose first slot is not after `slot`; 0 when it is before all. */
function chunkOf(chunks: readonly Chunk[], slot: number): number {
  let low = 0;
  let high = chunks.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (chunks[middle]!.slots[0]! <= slot) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * Halves a full chunk to make room at `at`; when that is at its very end nothing moves and an empty chunk follows, so that
 * ascending additions fill chunks wholly.
 */
function split(chunks: Chunk[], index: number, at: number): void {
  const chunk = chunks[index]!;
  const keep = at === chunk.count ? chunk.count : chunk.count >>> 1;
  const next: Chunk = { slots: new Uint32Array(CHUNK_CAPACITY), count: chunk.count - keep };
  next.slots.set(chunk.slots.subarray(keep, chunk.count));
  chunks.splice(index + 1, 0, next);
  chunk.count = keep;
}

function collect(slots: Uint32Array, count: number, out: number[]): void {
  for (let i = 0; i < count; i++) out.push(slots[i]!);
}
