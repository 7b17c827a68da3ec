import { assert } from '@tickbase/base';

/**
 * Slots in the order of a comparison that never calls two of them equal, in chunks of at most CHUNK_CAPACITY: adding and
 * removing moves a few hundred numbers inside one chunk. A list of chunks instead of a tree: two levels hold ten million slots,
 * and a directory of twenty thousand chunks is moved once in 256 additions.
 */
export class SortedSlots {
  count = 0;
  readonly #compare: (a: number, b: number) => number;
  readonly #chunks: Chunk[] = [];

  constructor(compare: (a: number, b: number) => number) {
    this.#compare = compare;
  }

  add(slot: number): void {
    this.count++;
    const chunks = this.#chunks;
    if (chunks.length === 0) {
      chunks.push({ slots: new Uint32Array(CHUNK_CAPACITY_FIRST), count: 0, first: 0, last: 0 });
    }
    const chunkIndex = this.#chunkOf(slot);
    let chunk = chunks[chunkIndex]!;
    const at = this.#lowerBound(chunk, slot);
    if (chunk.count === chunk.slots.length) {
      if (chunk.count === CHUNK_CAPACITY) {
        const moved = this.#split(chunkIndex, at);
        if (moved !== null) {
          moved.chunk.slots[moved.at] = slot;
          noteEnds(moved.chunk);
          return;
        }
        // The split left the place in this chunk, which has room now.
      } else {
        const larger = new Uint32Array(Math.min(CHUNK_CAPACITY, chunk.slots.length * 4));
        larger.set(chunk.slots);
        chunk.slots = larger;
      }
      chunk = chunks[chunkIndex]!;
    }
    chunk.slots.copyWithin(at + 1, at, chunk.count);
    chunk.slots[at] = slot;
    chunk.count++;
    noteEnds(chunk);
  }

  remove(slot: number): void {
    const chunks = this.#chunks;
    const chunkIndex = this.#chunkOf(slot);
    const chunk = chunks[chunkIndex];
    assert(chunk !== undefined, 'an index lacks a slot that it should hold');
    const at = this.#lowerBound(chunk, slot);
    assert(at < chunk.count && chunk.slots[at] === slot, 'an index lacks a slot that it should hold');
    chunk.slots.copyWithin(at, at + 1, chunk.count);
    chunk.count--;
    this.count--;
    if (chunk.count === 0) chunks.splice(chunkIndex, 1);
    else noteEnds(chunk);
  }

  clear(): void {
    this.#chunks.length = 0;
    this.count = 0;
  }

  first(): number {
    return this.#chunks.length === 0 ? -1 : this.#chunks[0]!.first;
  }

  /** The first slot that `isAtOrAfter` accepts, or -1; it accepts every slot after one that it accepts. */
  firstWhere(isAtOrAfter: (slot: number) => boolean): number {
    const { chunkIndex, at } = this.#seek(isAtOrAfter);
    const chunk = this.#chunks[chunkIndex];
    return chunk === undefined ? -1 : chunk.slots[at]!;
  }

  /** Appends to `out` the slots from the first that `isAtOrAfterStart` accepts up to the first that `isAfterEnd` accepts. */
  collect(isAtOrAfterStart: (slot: number) => boolean, isAfterEnd: (slot: number) => boolean, out: number[]): void {
    const chunks = this.#chunks;
    const start = this.#seek(isAtOrAfterStart);
    let at = start.at;
    for (let chunkIndex = start.chunkIndex; chunkIndex < chunks.length; chunkIndex++) {
      const { slots, count } = chunks[chunkIndex]!;
      for (; at < count; at++) {
        const slot = slots[at]!;
        if (isAfterEnd(slot)) return;
        out.push(slot);
      }
      at = 0;
    }
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
      if (this.#compare(chunks[middle]!.first, slot) <= 0) low = middle;
      else high = middle;
    }
    return low;
  }

  #lowerBound(chunk: Chunk, slot: number): number {
    const { slots, count } = chunk;
    if (count > 0 && this.#compare(slots[count - 1]!, slot) < 0) return count; // appending is the common case
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compare(slots[middle]!, slot) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /**
   * Halves a full chunk to make room at `at`; when that is at its very end nothing moves and a new chunk follows, so that
   * ascending additions fill chunks wholly. Returns where the slot is to be put if that is in the new chunk, room already made.
   */
  #split(chunkIndex: number, at: number): { chunk: Chunk; at: number } | null {
    const chunk = this.#chunks[chunkIndex]!;
    const keep = at === chunk.count ? chunk.count : chunk.count >>> 1;
    const next: Chunk = { slots: new Uint32Array(CHUNK_CAPACITY), count: chunk.count - keep, first: 0, last: 0 };
    next.slots.set(chunk.slots.subarray(keep, chunk.count));
    chunk.count = keep;
    noteEnds(chunk);
    if (next.count > 0) noteEnds(next);
    this.#chunks.splice(chunkIndex + 1, 0, next);
    if (at < keep || (at === keep && next.count > 0)) return null;
    next.slots.copyWithin(at - keep + 1, at - keep, next.count);
    next.count++;
    return { chunk: next, at: at - keep };
  }

  #seek(isAtOrAfter: (slot: number) => boolean): { chunkIndex: number; at: number } {
    const chunks = this.#chunks;
    let low = 0;
    let high = chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isAtOrAfter(chunks[middle]!.last)) high = middle;
      else low = middle + 1;
    }
    const chunk = chunks[low];
    if (chunk === undefined) return { chunkIndex: low, at: 0 };
    let at = 0;
    let end = chunk.count - 1;
    while (at < end) {
      const middle = (at + end) >>> 1;
      if (isAtOrAfter(chunk.slots[middle]!)) end = middle;
      else at = middle + 1;
    }
    return { chunkIndex: low, at };
  }
}

interface Chunk {
  /** u32[up to CHUNK_CAPACITY], ordered; `count` of them are in use, never 0 outside of `add`. */
  slots: Uint32Array;
  count: number;
  /** Its ends, for searches over many chunks: here they are a look at memory nearer. */
  first: number;
  last: number;
}

function noteEnds(chunk: Chunk): void {
  chunk.first = chunk.slots[0]!;
  chunk.last = chunk.slots[chunk.count - 1]!;
}

const CHUNK_CAPACITY = 512;
const CHUNK_CAPACITY_FIRST = 4;
