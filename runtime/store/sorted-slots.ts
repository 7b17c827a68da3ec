import { assert } from '@tickbase/base';

/**
 * Slots in ascending order, in chunks of at most CHUNK_CAPACITY: adding and removing moves a few hundred numbers inside one chunk. What
 * share a key of a hash index, or a cell of the grid.
 */
export class SortedSlots {
  count = 0;
  readonly #chunks: Chunk[] = [];

  add(slot: number): void {
    const chunks = this.#chunks;
    if (chunks.length === 0) chunks.push({ slots: new Uint32Array(CHUNK_CAPACITY_FIRST), count: 0 });
    let chunkIndex = this.#chunkOf(slot);
    let chunk = chunks[chunkIndex]!;
    let at = placeIn(chunk, slot);
    if (chunk.count === CHUNK_CAPACITY) {
      this.#split(chunkIndex, at);
      if (at > chunk.count || (at === chunk.count && chunk.count === CHUNK_CAPACITY)) {
        at -= chunk.count;
        chunkIndex++;
        chunk = chunks[chunkIndex]!;
      }
    } else if (chunk.count === chunk.slots.length) {
      const larger = new Uint32Array(Math.min(CHUNK_CAPACITY, chunk.slots.length * 4));
      larger.set(chunk.slots);
      chunk.slots = larger;
    }
    const { slots, count } = chunk;
    if (at < count) slots.copyWithin(at + 1, at, count);
    slots[at] = slot;
    chunk.count = count + 1;
    this.count++;
  }

  remove(slot: number): void {
    const chunks = this.#chunks;
    const chunkIndex = this.#chunkOf(slot);
    const chunk = chunks[chunkIndex];
    assert(chunk !== undefined, 'an index lacks a slot that it should hold');
    const at = placeIn(chunk, slot);
    assert(at < chunk.count && chunk.slots[at] === slot, 'an index lacks a slot that it should hold');
    chunk.slots.copyWithin(at, at + 1, chunk.count);
    chunk.count--;
    this.count--;
    if (chunk.count === 0) chunks.splice(chunkIndex, 1);
  }

  clear(): void {
    this.#chunks.length = 0;
    this.count = 0;
  }

  first(): number {
    return this.#chunks.length === 0 ? -1 : this.#chunks[0]!.slots[0]!;
  }

  collectAll(out: number[]): void {
    for (let c = 0; c < this.#chunks.length; c++) {
      const { slots, count } = this.#chunks[c]!;
      for (let i = 0; i < count; i++) out.push(slots[i]!);
    }
  }

  /** The last chunk whose first slot is not after `slot`; 0 when it is before all. */
  #chunkOf(slot: number): number {
    const chunks = this.#chunks;
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
  #split(chunkIndex: number, at: number): void {
    const chunk = this.#chunks[chunkIndex]!;
    const keep = at === chunk.count ? chunk.count : chunk.count >>> 1;
    const next: Chunk = { slots: new Uint32Array(CHUNK_CAPACITY), count: chunk.count - keep };
    next.slots.set(chunk.slots.subarray(keep, chunk.count));
    this.#chunks.splice(chunkIndex + 1, 0, next);
    chunk.count = keep;
  }
}

interface Chunk {
  /** u32[up to CHUNK_CAPACITY], ascending; `count` of them are in use, never 0 outside of `add`. */
  slots: Uint32Array;
  count: number;
}

/** The place of the first slot that is not before `slot`. */
function placeIn({ slots, count }: Chunk, slot: number): number {
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

const CHUNK_CAPACITY = 512;
const CHUNK_CAPACITY_FIRST = 4;
