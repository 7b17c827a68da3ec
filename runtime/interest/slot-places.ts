import { grownTo } from '@tickbase/base';

const NOWHERE = -1;

/**
 * Where each slot of a partitioning is: its page, its name there, since when. Either by slot, in arrays as long as the table, or for few
 * slots of a large table by place, in arrays as long as they are many; then a map leads from slot to place.
 */
export class SlotPlaces {
  /** i32[]: the id of the page, or NOWHERE. */
  pages = new Int32Array(0);
  /** u16[]: the name in the page. */
  names = new Uint16Array(0);
  /** f64[]: the tick of the entry. */
  entryTicks = new Float64Array(0);
  /** i32[]: what whoever moves rows keeps with each, see RangeGroup. Empty unless it does. */
  links = new Int32Array(0);
  private readonly hasLinks: boolean;
  /** Null: by slot. */
  private placeOf: Map<number, number> | null;
  private readonly free: number[] = [];

  constructor(isSparse: boolean, hasLinks: boolean) {
    this.hasLinks = hasLinks;
    this.placeOf = isSparse ? new Map() : null;
  }

  /** Makes room for all slots of a table, where places are slots. */
  resize(rowCapacity: number): void {
    if (this.placeOf === null && this.pages.length < rowCapacity) this.grow(rowCapacity);
  }

  /** The place of a slot in the arrays, -1: it has none. A place by slot may still be NOWHERE. */
  find(slot: number): number {
    if (this.placeOf === null) return slot < this.pages.length ? slot : NOWHERE;
    return this.placeOf.get(slot) ?? NOWHERE;
  }

  /** The page of a slot, or NOWHERE. */
  pageOf(slot: number): number {
    if (this.placeOf === null) return slot < this.pages.length ? this.pages[slot]! : NOWHERE;
    const place = this.placeOf.get(slot);
    return place === undefined ? NOWHERE : this.pages[place]!;
  }

  /** A place for a slot that is nowhere. `rowCapacity`: of the table, for when a map no longer pays. */
  add(slot: number, rowCapacity: number): number {
    if (this.placeOf !== null && this.placeOf.size >= DENSE_MIN && this.placeOf.size * DENSE_PART > rowCapacity) {
      this.goDense(rowCapacity);
    }
    if (this.placeOf === null) return slot;
    const place = this.free.pop() ?? this.placeOf.size;
    if (place >= this.pages.length) this.grow(place + 1);
    this.placeOf.set(slot, place);
    return place;
  }

  remove(slot: number): void {
    const place = this.find(slot);
    this.pages[place] = NOWHERE;
    if (this.placeOf === null) return;
    this.placeOf.delete(slot);
    this.free.push(place);
  }

  private goDense(rowCapacity: number): void {
    const { pages, names, entryTicks, links, placeOf } = this;
    this.placeOf = null;
    this.pages = new Int32Array(0);
    this.names = new Uint16Array(0);
    this.entryTicks = new Float64Array(0);
    this.links = new Int32Array(0);
    this.free.length = 0;
    this.grow(rowCapacity);
    for (const [slot, place] of placeOf!) {
      this.pages[slot] = pages[place]!;
      this.names[slot] = names[place]!;
      this.entryTicks[slot] = entryTicks[place]!;
      if (this.hasLinks) this.links[slot] = links[place]!;
    }
  }

  private grow(length: number): void {
    const known = this.pages.length;
    this.pages = grownTo(this.pages, length).fill(NOWHERE, known);
    this.names = grownTo(this.names, length);
    this.entryTicks = grownTo(this.entryTicks, length);
    if (this.hasLinks) this.links = grownTo(this.links, length);
  }
}

/** A map costs about three times what a slot costs in the arrays. */
const DENSE_PART = 4;
const DENSE_MIN = 64;
