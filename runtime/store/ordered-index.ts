import type { IndexKey } from './index-key.ts';
import { KeyedSlots } from './keyed-slots.ts';
import { orderNumber } from './order-number.ts';
import type { SlotIndex } from './slot-index.ts';

/** A btree index: slots ordered by key, equal keys by slot. Answers equality, prefixes, and a range after a prefix. */
export class OrderedIndex implements SlotIndex {
  readonly key: IndexKey;
  readonly #slots: KeyedSlots;

  constructor(key: IndexKey) {
    this.key = key;
    const width = key.columns.length;
    this.#slots = new KeyedSlots(
      (slot) => this.#numberOf(slot),
      (a, b) => key.compare(a, b, width) || a - b,
    );
  }

  add(slot: number): void {
    this.#slots.add(slot);
  }

  remove(slot: number): void {
    this.#slots.remove(slot);
  }

  clear(): void {
    this.#slots.clear();
  }

  findFirst(probe: number): number {
    const { key } = this;
    const width = key.columns.length;
    const slot = this.#slots.firstWithin({
      number: this.#numberOf(probe),
      accepts: (candidate) => key.compare(candidate, probe, width) >= 0,
    });
    return slot !== -1 && key.isEqual(slot, probe) ? slot : -1;
  }

  collect(probe: number, out: number[]): void {
    this.collectPrefix(probe, this.key.columns.length, out);
  }

  /** Appends the slots that equal `probe` in the first `width` columns of the key, in the same order. */
  collectPrefix(probe: number, width: number, out: number[]): void {
    this.collectRange(
      { from: probe, fromWidth: width, isFromExcluded: false, to: probe, toWidth: width, isToExcluded: false },
      out,
    );
  }

  /** Appends the slots within the bounds to `out`, ordered by key, equal keys by slot. */
  collectRange(range: KeyRange, out: number[]): void {
    const { key } = this;
    const { from, fromWidth, isFromExcluded, to, toWidth, isToExcluded } = range;
    const start = {
      number: fromWidth === 0 ? -Infinity : this.#numberOf(from),
      accepts: isFromExcluded
        ? (slot: number): boolean => key.compare(slot, from, fromWidth) > 0
        : (slot: number): boolean => key.compare(slot, from, fromWidth) >= 0,
    };
    const end = {
      number: toWidth === 0 ? Infinity : this.#numberOf(to),
      accepts: isToExcluded
        ? (slot: number): boolean => key.compare(slot, to, toWidth) >= 0
        : (slot: number): boolean => key.compare(slot, to, toWidth) > 0,
    };
    this.#slots.collect(start, end, out);
  }

  #numberOf(slot: number): number {
    return orderNumber(this.key.columns[0]!, slot);
  }
}

/** Bounds of a range of keys: slots `from` and `to` hold the values, of which the first `…Width` columns count (0: no bound). */
export interface KeyRange {
  readonly from: number;
  readonly fromWidth: number;
  readonly isFromExcluded: boolean;
  readonly to: number;
  readonly toWidth: number;
  readonly isToExcluded: boolean;
}
