import { assert } from '@tickbase/base';
import type { IndexKey } from './index-key.ts';
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
  #places = new Int32Array(PLACES_FIRST);
  #used = 0;
  readonly #lists: (SortedSlots | null)[] = [];
  readonly #freeLists: number[] = [];

  constructor(key: IndexKey, isUnique: boolean) {
    this.key = key;
    this.#isUnique = isUnique;
  }

  add(slot: number): void {
    if ((this.#used + 1) * 4 > this.#places.length * 3) this.#resize(this.#places.length * 2);
    const places = this.#places;
    const last = places.length - 1;
    let at = this.key.hash(slot) & last;
    while (places[at] !== 0) {
      if (!this.#isUnique && this.key.isEqual(this.#firstAt(places[at]!), slot)) {
        this.#join(at, slot);
        return;
      }
      at = (at + 1) & last;
    }
    places[at] = slot + 1;
    this.#used++;
  }

  remove(slot: number): void {
    const places = this.#places;
    const last = places.length - 1;
    let at = this.key.hash(slot) & last;
    for (;;) {
      const place = places[at]!;
      assert(place !== 0, 'a hash index lacks a slot that it should hold');
      if (place === slot + 1) break;
      if (place < 0 && this.key.isEqual(this.#firstAt(place), slot)) {
        this.#part(at, slot);
        return;
      }
      at = (at + 1) & last;
    }
    this.#used--;
    this.#shiftBack(at);
  }

  clear(): void {
    this.#places = new Int32Array(PLACES_FIRST);
    this.#used = 0;
    this.#lists.length = 0;
    this.#freeLists.length = 0;
  }

  findFirst(probe: number): number {
    const place = this.#placeOf(probe);
    return place === 0 ? -1 : this.#firstAt(place);
  }

  collect(probe: number, out: number[]): void {
    const place = this.#placeOf(probe);
    if (place > 0) out.push(place - 1);
    else if (place < 0) this.#lists[-place - 1]!.collectAll(out);
  }

  #placeOf(probe: number): number {
    const places = this.#places;
    const last = places.length - 1;
    let at = this.key.hash(probe) & last;
    for (;;) {
      const place = places[at]!;
      if (place === 0 || this.key.isEqual(place > 0 ? place - 1 : this.#firstAt(place), probe)) return place;
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
    const list = new SortedSlots(bySlot);
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
      const home = this.key.hash(this.#firstAt(places[at]!)) & last;
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
      let at = this.key.hash(this.#firstAt(place)) & last;
      while (places[at] !== 0) at = (at + 1) & last;
      places[at] = place;
    }
    this.#places = places;
  }
}

/** A power of two, as every length of the places. */
const PLACES_FIRST = 16;

const bySlot = (a: number, b: number): number => a - b;
