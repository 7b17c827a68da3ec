import { assert } from '@tickbase/base';

/**
 * Slots in the order of a comparison that never calls two of them equal, in chunks of CHUNK_CAPACITY. Beside each slot stands a number that
 * follows the same order as far as it goes (`numberOf`: of two slots the later never has the lower number): a search reads numbers that
 * lie side by side, and asks the comparison, which looks at columns all over memory, for equal numbers only. A list of chunks instead of a
 * tree, and all of them in two arrays: a search makes two steps through memory, of which the first, the directory, stays in a cache.
 */
export class KeyedSlots {
  count = 0;
  /** Another one after each change. */
  version = 0;
  readonly #numberOf: (slot: number) => number;
  readonly #compare: (a: number, b: number) => number;
  /** In the order of the chunks: where each begins in the arrays, how many it holds (never 0 outside of `add`), its last number. */
  readonly #starts: number[] = [];
  readonly #counts: number[] = [];
  readonly #lasts: number[] = [];
  /** Where chunks begin that are not in use. */
  readonly #free: number[] = [];
  /** u32[chunks * CHUNK_CAPACITY], but shorter while there is one chunk, ordered within each. */
  #slots = new Uint32Array(CAPACITY_FIRST);
  /** f64[as many]: the slots' numbers. */
  #numbers = new Float64Array(CAPACITY_FIRST);

  constructor(numberOf: (slot: number) => number, compare: (a: number, b: number) => number) {
    this.#numberOf = numberOf;
    this.#compare = compare;
  }

  add(slot: number): void {
    this.version++;
    const number = this.#numberOf(slot);
    const accepts = (other: number): boolean => this.#compare(other, slot) >= 0;
    let chunk = this.#seekChunk(number, accepts);
    if (chunk === this.#starts.length) {
      if (chunk === 0) this.#insertChunk(0);
      else chunk--; // after all there are: at the end of the last
    }
    let at = this.#seekIn(chunk, number, accepts);
    if (this.#counts[chunk] === CHUNK_CAPACITY) {
      const kept = this.#split(chunk, at);
      if (at > kept || kept === CHUNK_CAPACITY) {
        at -= kept;
        chunk++;
      }
    }
    const start = this.#starts[chunk]!;
    const end = start + this.#counts[chunk]!;
    if (end === this.#slots.length) this.#grow();
    const slots = this.#slots;
    const numbers = this.#numbers;
    for (let i = end; i > start + at; i--) {
      slots[i] = slots[i - 1]!;
      numbers[i] = numbers[i - 1]!;
    }
    slots[start + at] = slot;
    numbers[start + at] = number;
    this.#counts[chunk] = end + 1 - start;
    this.#lasts[chunk] = numbers[end]!;
    this.count++;
  }

  remove(slot: number): void {
    this.version++;
    const number = this.#numberOf(slot);
    const accepts = (other: number): boolean => this.#compare(other, slot) >= 0;
    const chunk = this.#seekChunk(number, accepts);
    assert(chunk < this.#starts.length, 'an index lacks a slot that it should hold');
    const start = this.#starts[chunk]!;
    const last = start + this.#counts[chunk]! - 1;
    const at = start + this.#seekIn(chunk, number, accepts);
    const slots = this.#slots;
    const numbers = this.#numbers;
    assert(at <= last && slots[at] === slot, 'an index lacks a slot that it should hold');
    for (let i = at; i < last; i++) {
      slots[i] = slots[i + 1]!;
      numbers[i] = numbers[i + 1]!;
    }
    this.count--;
    this.#counts[chunk] = last - start;
    if (last > start) {
      this.#lasts[chunk] = numbers[last - 1]!;
      return;
    }
    if (this.count === 0) {
      this.clear();
      return;
    }
    this.#free.push(start);
    this.#starts.splice(chunk, 1);
    this.#counts.splice(chunk, 1);
    this.#lasts.splice(chunk, 1);
  }

  clear(): void {
    this.version++;
    this.#starts.length = 0;
    this.#counts.length = 0;
    this.#lasts.length = 0;
    this.#free.length = 0;
    this.#slots = new Uint32Array(CAPACITY_FIRST);
    this.#numbers = new Float64Array(CAPACITY_FIRST);
    this.count = 0;
  }

  /** The first slot within a bound, or -1. */
  firstWithin({ number, accepts }: SlotBound): number {
    const chunk = this.#seekChunk(number, accepts);
    return chunk === this.#starts.length
      ? -1
      : this.#slots[this.#starts[chunk]! + this.#seekIn(chunk, number, accepts)]!;
  }

  /** Appends to `out` the slots from the first within `start` up to the first within `end`, the latter not included, and to `outNumbers` theirs. */
  collect(start: SlotBound, end: SlotBound, out: number[], outNumbers: number[] = []): void {
    let chunk = this.#seekChunk(start.number, start.accepts);
    if (chunk === this.#starts.length) return;
    const slots = this.#slots;
    const numbers = this.#numbers;
    const endNumber = end.number;
    let skipped = this.#seekIn(chunk, start.number, start.accepts);
    for (; chunk < this.#starts.length; chunk++) {
      const first = this.#starts[chunk]!;
      const after = first + this.#counts[chunk]!;
      for (let at = first + skipped; at < after; at++) {
        const number = numbers[at]!;
        if (number >= endNumber && (number > endNumber || end.accepts(slots[at]!))) return;
        out.push(slots[at]!);
        outNumbers.push(number);
      }
      skipped = 0;
    }
  }

  /** The first chunk whose last slot is within a bound; the number of chunks when there is none. */
  #seekChunk(number: number, accepts: (slot: number) => boolean): number {
    const lasts = this.#lasts;
    let low = 0;
    let high = lasts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const last = lasts[middle]!;
      const isBefore =
        last < number || (last === number && !accepts(this.#slots[this.#starts[middle]! + this.#counts[middle]! - 1]!));
      if (isBefore) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The place in a chunk, from its start, of the first slot within a bound; the number of its slots when there is none. */
  #seekIn(chunk: number, number: number, accepts: (slot: number) => boolean): number {
    const slots = this.#slots;
    const numbers = this.#numbers;
    const start = this.#starts[chunk]!;
    let high = start + this.#counts[chunk]!;
    let low = lowerBound(numbers, start, high, number);
    if (low === high || numbers[low] !== number || accepts(slots[low]!)) return low - start;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (numbers[middle] === number && !accepts(slots[middle]!)) low = middle + 1;
      else high = middle;
    }
    return low - start;
  }

  /**
   * Halves a full chunk to make room at `at`; when that is at its very end nothing moves and an empty chunk follows, so that
   * ascending additions fill chunks wholly. Returns how many stayed.
   */
  #split(chunk: number, at: number): number {
    const kept = at === CHUNK_CAPACITY ? CHUNK_CAPACITY : CHUNK_CAPACITY / 2;
    this.#insertChunk(chunk + 1);
    const from = this.#starts[chunk]!;
    const to = this.#starts[chunk + 1]!;
    this.#slots.copyWithin(to, from + kept, from + CHUNK_CAPACITY);
    this.#numbers.copyWithin(to, from + kept, from + CHUNK_CAPACITY);
    this.#counts[chunk + 1] = CHUNK_CAPACITY - kept;
    this.#lasts[chunk + 1] = this.#lasts[chunk]!;
    this.#counts[chunk] = kept;
    this.#lasts[chunk] = this.#numbers[from + kept - 1]!;
    return kept;
  }

  /** An empty chunk, with room for its slots unless it is the only one. */
  #insertChunk(chunk: number): void {
    const start = this.#free.pop() ?? this.#starts.length * CHUNK_CAPACITY;
    if (start > 0) while (this.#slots.length < start + CHUNK_CAPACITY) this.#grow();
    this.#starts.splice(chunk, 0, start);
    this.#counts.splice(chunk, 0, 0);
    this.#lasts.splice(chunk, 0, Infinity);
  }

  #grow(): void {
    const capacity = this.#slots.length * 2;
    const slots = new Uint32Array(capacity);
    const numbers = new Float64Array(capacity);
    slots.set(this.#slots);
    numbers.set(this.#numbers);
    this.#slots = slots;
    this.#numbers = numbers;
  }
}

/** A place in the order: before it are lower numbers, and of those that have the very number the slots that `accepts` refuses. */
export interface SlotBound {
  readonly number: number;
  /** Asked of slots with the bound's number only; true for every slot after one for which it is true. */
  readonly accepts: (slot: number) => boolean;
}

/** A power of two, as every length of the arrays. The longer, the more is moved by each addition; the shorter, the larger the directory. */
const CHUNK_CAPACITY = 128;
const CAPACITY_FIRST = 4;

/**
 * The first place from `low` to before `high` whose number, ascending, is not below `number`; `high` when there is none. Seven places at a time: they
 * come from memory side by side, where halving would wait for each.
 */
function lowerBound(numbers: Float64Array, low: number, high: number, number: number): number {
  while (high - low > 16) {
    const step = (high - low) >>> 3;
    const below =
      (numbers[low + step]! < number ? 1 : 0) +
      (numbers[low + 2 * step]! < number ? 1 : 0) +
      (numbers[low + 3 * step]! < number ? 1 : 0) +
      (numbers[low + 4 * step]! < number ? 1 : 0) +
      (numbers[low + 5 * step]! < number ? 1 : 0) +
      (numbers[low + 6 * step]! < number ? 1 : 0) +
      (numbers[low + 7 * step]! < number ? 1 : 0);
    if (below < 7) high = low + (below + 1) * step;
    if (below > 0) low += below * step + 1;
  }
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (numbers[middle]! < number) low = middle + 1;
    else high = middle;
  }
  return low;
}
