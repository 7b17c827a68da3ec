import { assert } from '@tickbase/base';
import { type Column, mix } from './column.ts';
import { type IndexKey, KEY_SEED } from './index-key.ts';
import type { SlotIndex } from './slot-index.ts';
import { SortedSlots } from './sorted-slots.ts';

/**
 * Open addressing with linear probing over one i32 array; keys are read from the columns. A place holds
 *   0          nothing
 *   slot + 1   one slot
 *   -(n + 1)   list n: several slots with the same key, ascending (indexes that are not unique)
 * Removal shifts followers back, so there are no tombstones and the layout depends on the contents alone.
 */
export class HashIndex implements SlotIndex {
  readonly key: IndexKey;
  readonly #isUnique: boolean;
  /** The column of a key that is one 32-bit word, by far the most frequent: hashed and compared without a detour; else null. */
  readonly #word: Column | null;
  readonly #rows: LiveRows | null;
  /**
   * Keys that were given one after another stand in slots one after another: key less slot is then the same for all. While that holds for all
   * (`#strayCount` is 0), the key says which slot to ask for life, and neither places nor keys are looked at: memory that is rarely in a
   * cache. While it holds for most, the slot is tried before the places.
   */
  #keyLessSlot = 0;
  /** Key less slot of the first slot that an empty index was given, and how many slots have another difference by now; of words only. */
  #firstLessSlot = 0;
  #strayCount = 0;
  /** Above 0: the last keys stood where they were expected. */
  #trust = 0;
  #places = new Int32Array(PLACES_FIRST);
  #used = 0;
  readonly #lists: (SortedSlots | null)[] = [];
  readonly #freeLists: number[] = [];

  /** `rows`: of which a unique index holds every live one and no other; null: it holds some. */
  constructor(key: IndexKey, isUnique: boolean, rows: LiveRows | null = null) {
    this.key = key;
    this.#isUnique = isUnique;
    this.#rows = isUnique ? rows : null;
    const [only] = key.columns;
    this.#word = key.columns.length === 1 && only!.wordsPerSlot === 1 ? only! : null;
  }

  add(slot: number): void {
    if ((this.#used + 1) * 4 > this.#places.length * 3) this.#resize(this.#places.length * 2);
    if (this.#rows !== null && this.#word !== null) this.#countIn(this.#word.words[slot]! - slot);
    this.#put(slot, this.#hash(slot));
  }

  addAll(live: Uint8Array, slotCount: number, liveCount: number): void {
    this.clear();
    let length = PLACES_FIRST;
    while (liveCount * 4 > length * 3) length *= 2;
    this.#places = new Int32Array(length);
    if (this.#rows !== null && this.#word !== null) this.#countAll(this.#word.words, live, slotCount);
    if (length > NEAR_PLACES_MAX) {
      this.#putByParts(live, slotCount, liveCount);
      return;
    }
    for (let slot = 0; slot < slotCount; slot++) if (live[slot] === 1) this.#put(slot, this.#hash(slot));
  }

  remove(slot: number): void {
    const places = this.#places;
    const last = places.length - 1;
    let at = this.#hash(slot) & last;
    for (;;) {
      const place = places[at]!;
      assert(place !== 0, 'a hash index lacks a slot that it should hold');
      if (place === slot + 1) break;
      if (place < 0 && this.#isEqual(this.#firstAt(place), slot)) {
        this.#part(at, slot);
        return;
      }
      at = (at + 1) & last;
    }
    this.#used--;
    if (this.#rows !== null && this.#word !== null && this.#word.words[slot]! - slot !== this.#firstLessSlot) {
      this.#strayCount--;
    }
    this.#shiftBack(at);
  }

  clear(): void {
    this.#places = new Int32Array(PLACES_FIRST);
    this.#used = 0;
    this.#lists.length = 0;
    this.#freeLists.length = 0;
  }

  findFirst(probe: number): number {
    if (this.#word !== null) return this.findWord(this.#word.words[probe]!);
    const place = this.#placeOf(probe);
    return place === 0 ? -1 : this.#firstAt(place);
  }

  collect(probe: number, out: number[]): void {
    const place = this.#placeOf(probe);
    if (place > 0) out.push(place - 1);
    else if (place < 0) this.#lists[-place - 1]!.collectAll(out);
  }

  /** The lowest slot whose key is this word (the bits of an f32), or -1; for keys of one 32-bit word. */
  findWord(word: number): number {
    const rows = this.#rows;
    if (rows !== null && this.#strayCount === 0) {
      const slot = word - this.#firstLessSlot;
      const { slotCount } = rows;
      if (slot < 0 || slot >= slotCount) return -1;
      return rows.liveCount === slotCount || rows.live[slot] === 1 ? slot : -1;
    }
    return this.#searchWord(word);
  }

  /** The key of a live slot of a table whose every row is held, as a word; for keys of one 32-bit word. The column is looked at only if need be. */
  wordAt(slot: number): number {
    return this.#strayCount === 0 ? this.#firstLessSlot + slot : this.#word!.words[slot]!;
  }

  #searchWord(word: number): number {
    const { words } = this.#word!;
    const rows = this.#rows;
    if (this.#trust > 0 && rows !== null) {
      const slot = word - this.#keyLessSlot;
      if (slot >= 0 && slot < rows.slotCount) {
        if (words[slot] === word && rows.live[slot] === 1) return slot;
        this.#trust -= TRUST_LOST;
      }
    }
    const places = this.#places;
    const last = places.length - 1;
    let at = mix(KEY_SEED, word) & last;
    for (;;) {
      const place = places[at]!;
      if (place === 0) return -1;
      const slot = place > 0 ? place - 1 : this.#firstAt(place);
      if (words[slot] === word) {
        if (word - slot !== this.#keyLessSlot) this.#keyLessSlot = word - slot;
        else if (this.#trust < TRUST_MAX) this.#trust++;
        return slot;
      }
      at = (at + 1) & last;
    }
  }

  #countIn(lessSlot: number): void {
    if (this.#used === 0) {
      this.#firstLessSlot = lessSlot;
      this.#strayCount = 0;
    } else if (lessSlot !== this.#firstLessSlot) this.#strayCount++;
  }

  /** As `countIn` for each live slot of an index that holds none. */
  #countAll(words: Uint32Array, live: Uint8Array, slotCount: number): void {
    const first = live.indexOf(1);
    this.#firstLessSlot = first === -1 ? 0 : words[first]! - first;
    this.#strayCount = 0;
    for (let slot = 0; slot < slotCount; slot++) {
      if (live[slot] === 1 && words[slot]! - slot !== this.#firstLessSlot) this.#strayCount++;
    }
  }

  /** There is room for one more. */
  #put(slot: number, hash: number): void {
    const places = this.#places;
    const last = places.length - 1;
    let at = hash & last;
    while (places[at] !== 0) {
      if (!this.#isUnique && this.#isEqual(this.#firstAt(places[at]!), slot)) {
        this.#join(at, slot);
        return;
      }
      at = (at + 1) & last;
    }
    places[at] = slot + 1;
    this.#used++;
  }

  /**
   * Many slots, sorted by the part of the places in which each is at home: one after the other they would lie far apart, in memory that is in no
   * cache, and one page of it after another.
   */
  #putByParts(live: Uint8Array, slotCount: number, liveCount: number): void {
    const last = this.#places.length - 1;
    const partShift = Math.log2(this.#places.length) - PART_BITS;
    const capacity = Math.min(BATCH_SLOTS, liveCount);
    const hashes = new Uint32Array(capacity);
    const slots = new Uint32Array(capacity);
    const sortedHashes = new Uint32Array(capacity);
    const sortedSlots = new Uint32Array(capacity);
    const ends = new Uint32Array((1 << PART_BITS) + 1);
    let slot = 0;
    while (slot < slotCount) {
      let count = 0;
      ends.fill(0);
      for (; slot < slotCount && count < capacity; slot++) {
        if (live[slot] !== 1) continue;
        const hash = this.#hash(slot) & last;
        hashes[count] = hash;
        slots[count++] = slot;
        ends[(hash >>> partShift) + 1]!++;
      }
      for (let part = 1; part < ends.length; part++) ends[part]! += ends[part - 1]!;
      for (let i = 0; i < count; i++) {
        const to = ends[hashes[i]! >>> partShift]!++;
        sortedHashes[to] = hashes[i]!;
        sortedSlots[to] = slots[i]!;
      }
      for (let i = 0; i < count; i++) this.#put(sortedSlots[i]!, sortedHashes[i]!);
    }
  }

  #hash(slot: number): number {
    return this.#word === null ? this.key.hash(slot) : mix(KEY_SEED, this.#word.words[slot]!);
  }

  #isEqual(a: number, b: number): boolean {
    if (this.#word === null) return this.key.isEqual(a, b);
    const { words } = this.#word;
    return words[a] === words[b];
  }

  #placeOf(probe: number): number {
    const places = this.#places;
    const last = places.length - 1;
    let at = this.#hash(probe) & last;
    for (;;) {
      const place = places[at]!;
      if (place === 0 || this.#isEqual(place > 0 ? place - 1 : this.#firstAt(place), probe)) return place;
      at = (at + 1) & last;
    }
  }

  #firstAt(place: number): number {
    return place > 0 ? place - 1 : this.#lists[-place - 1]!.first();
  }

  #join(at: number, slot: number): void {
    const place = this.#places[at]!;
    if (place < 0) {
      this.#lists[-place - 1]!.add(slot);
      return;
    }
    const list = new SortedSlots();
    list.add(place - 1);
    list.add(slot);
    const listId = this.#freeLists.pop() ?? this.#lists.length;
    this.#lists[listId] = list;
    this.#places[at] = -(listId + 1);
  }

  #part(at: number, slot: number): void {
    const listId = -this.#places[at]! - 1;
    const list = this.#lists[listId]!;
    list.remove(slot);
    if (list.count > 1) return;
    this.#places[at] = list.first() + 1;
    this.#lists[listId] = null;
    this.#freeLists.push(listId);
  }

  /** Empties a place and moves up the followers that would no longer be found. */
  #shiftBack(emptied: number): void {
    const places = this.#places;
    const last = places.length - 1;
    let hole = emptied;
    let at = (hole + 1) & last;
    while (places[at] !== 0) {
      const home = this.#hash(this.#firstAt(places[at]!)) & last;
      if (((at - home) & last) >= ((at - hole) & last)) {
        places[hole] = places[at]!;
        hole = at;
      }
      at = (at + 1) & last;
    }
    places[hole] = 0;
  }

  #resize(length: number): void {
    const old = this.#places;
    const places = new Int32Array(length);
    const last = length - 1;
    for (let i = 0; i < old.length; i++) {
      const place = old[i]!;
      if (place === 0) continue;
      let at = this.#hash(this.#firstAt(place)) & last;
      while (places[at] !== 0) at = (at + 1) & last;
      places[at] = place;
    }
    this.#places = places;
  }
}

/** A power of two, as every length of the places. */
const PLACES_FIRST = 16;

/** More do not stay in a cache. */
const NEAR_PLACES_MAX = 1 << 16;
/** Parts of half a megabyte and less, for tables of up to 25 million rows. */
const PART_BITS = 8;
/** Scratch of 16 bytes each. */
const BATCH_SLOTS = 1 << 22;

/** One miss outweighs this many hits. */
const TRUST_LOST = 4;
const TRUST_MAX = 32;

/** Which slots of a table hold rows. */
export interface LiveRows {
  readonly slotCount: number;
  readonly liveCount: number;
  readonly live: Uint8Array;
}
