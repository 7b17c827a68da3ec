import { assert } from '@tickbase/base';
import type { Column } from './column.ts';
import { SHAPE_BYTE, SHAPE_HALF } from './column.ts';
import type { IndexKey } from './index-key.ts';
import type { SlotIndex } from './slot-index.ts';

/** A unique index on one unsigned column as an array over its values, in pages that are made when first used. */
export class DirectIndex implements SlotIndex {
  readonly key: IndexKey;
  readonly #column: Column;
  /** By value >>> PAGE_BITS: u32[PAGE_LENGTH] of slot + 1; 0: no row. */
  readonly #pages: (Uint32Array | undefined)[] = [];

  constructor(key: IndexKey) {
    assert(key.columns.length === 1, 'a direct index has one column');
    this.key = key;
    this.#column = key.columns[0]!;
  }

  add(slot: number): void {
    const value = valueOf(this.#column, slot);
    assert(value <= DIRECT_VALUE_MAX, 'the table refuses values that a direct index cannot hold');
    const page = (this.#pages[value >>> PAGE_BITS] ??= new Uint32Array(PAGE_LENGTH));
    page[value & (PAGE_LENGTH - 1)] = slot + 1;
  }

  addAll(live: Uint8Array, slotCount: number): void {
    this.clear();
    for (let slot = 0; slot < slotCount; slot++) if (live[slot] === 1) this.add(slot);
  }

  remove(slot: number): void {
    const value = valueOf(this.#column, slot);
    const page = this.#pages[value >>> PAGE_BITS];
    // An undo that swaps keys may have put another slot here already.
    if (page !== undefined && page[value & (PAGE_LENGTH - 1)] === slot + 1) page[value & (PAGE_LENGTH - 1)] = 0;
  }

  clear(): void {
    this.#pages.length = 0;
  }

  findFirst(probe: number): number {
    const value = valueOf(this.#column, probe);
    if (value > DIRECT_VALUE_MAX) return -1;
    const page = this.#pages[value >>> PAGE_BITS];
    return page === undefined ? -1 : page[value & (PAGE_LENGTH - 1)]! - 1;
  }

  collect(probe: number, out: number[]): void {
    const slot = this.findFirst(probe);
    if (slot !== -1) out.push(slot);
  }

  canHold(probe: number): boolean {
    return valueOf(this.#column, probe) <= DIRECT_VALUE_MAX;
  }
}

/** Largest value: 65 536 pages of 1024. */
export const DIRECT_VALUE_MAX = (1 << 26) - 1;

const PAGE_BITS = 10;
const PAGE_LENGTH = 1 << PAGE_BITS;

/** The slot's value as a number; inexact above 2^53, where it is too large anyway. */
function valueOf(column: Column, slot: number): number {
  if (column.shape === SHAPE_BYTE) return column.bytes[slot]!;
  if (column.shape === SHAPE_HALF) return column.halves[slot]!;
  if (column.wordsPerSlot === 1) return column.words[slot]!;
  return column.words[slot * 2]! + column.words[slot * 2 + 1]! * 0x1_0000_0000;
}
