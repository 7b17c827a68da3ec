import { grownTo } from '@tickbase/base';

/**
 * Places of sessions, each once, taken in their order: whoever goes through sessions so reads the tables of all sessions from front to end, which the
 * processor sees coming.
 */
export class PlaceSet {
  count = 0;
  /** u32[]: a bit for each place. */
  #bits = new Uint32Array(WORDS_FIRST);
  /** Words behind are 0. */
  #wordCount = 0;

  add(place: number): void {
    const word = place >>> 5;
    if (word >= this.#wordCount) {
      this.#bits = grownTo(this.#bits, word + 1);
      this.#wordCount = word + 1;
    }
    const bits = this.#bits[word]!;
    const bit = 1 << (place & 31);
    if ((bits & bit) !== 0) return;
    this.#bits[word] = bits | bit;
    this.count++;
  }

  /** Empties it; `take` gets each place, the lowest first. What is added meanwhile is to go to another set. */
  drain(take: (place: number) => void): void {
    const bits = this.#bits;
    for (let word = 0; word < this.#wordCount; word++) {
      let left = bits[word]! | 0;
      bits[word] = 0;
      for (; left !== 0; left &= left - 1) take(32 * word + 31 - Math.clz32(left & -left));
    }
    this.#wordCount = 0;
    this.count = 0;
  }
}

const WORDS_FIRST = 16;
