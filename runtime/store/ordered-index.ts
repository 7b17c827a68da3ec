import type { IndexKey } from './index-key.ts';
import { KeyedSlots } from './keyed-slots.ts';
import { isExactNumber, orderNumber } from './order-number.ts';
import type { SlotIndex } from './slot-index.ts';

/** A btree index: slots ordered by key, equal keys by slot. Answers equality, prefixes, and a range after a prefix. */
export class OrderedIndex implements SlotIndex {
  readonly key: IndexKey;
  readonly #slots: KeyedSlots;
  /** Rows with the same number have the same value in the first column: it need not be looked at, far away in memory. */
  readonly #isExact: boolean;

  constructor(key: IndexKey) {
    this.key = key;
    this.#isExact = isExactNumber(key.columns[0]!);
    const width = key.columns.length;
    this.#slots = new KeyedSlots(
      (slot) => this.#numberOf(slot),
      (a, b) => key.compare(a, b, width) || a - b,
    );
  }

  /** Another one after each change: of rows, or of a row's key. */
  get version(): number {
    return this.#slots.version;
  }

  add(slot: number): void {
    this.#slots.add(slot);
  }

  addAll(live: Uint8Array, slotCount: number): void {
    this.clear();
    for (let slot = 0; slot < slotCount; slot++) if (live[slot] === 1) this.add(slot);
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

  /** As `collectRange`, of those that equal `probe` in the first `width` columns of the key. */
  collectPrefix(probe: number, width: number, out: number[], outNumbers: number[] = []): void {
    this.collectRange(
      { from: probe, fromWidth: width, isFromExcluded: false, to: probe, toWidth: width, isToExcluded: false },
      out,
      outNumbers,
    );
  }

  /** Appends the slots within the bounds to `out`, ordered by key, equal keys by slot, and each one's `orderNumber` of the first column to `outNumbers`. */
  collectRange(range: KeyRange, out: number[], outNumbers: number[] = []): void {
    const { key } = this;
    const { from, fromWidth, isFromExcluded, to, toWidth, isToExcluded } = range;
    const start = {
      number: fromWidth === 0 ? -Infinity : this.#numberOf(from),
      accepts:
        fromWidth === 1 && this.#isExact
          ? acceptAll(!isFromExcluded)
          : isFromExcluded
            ? (slot: number): boolean => key.compare(slot, from, fromWidth) > 0
            : (slot: number): boolean => key.compare(slot, from, fromWidth) >= 0,
    };
    const end = {
      number: toWidth === 0 ? Infinity : this.#numberOf(to),
      accepts:
        toWidth === 1 && this.#isExact
          ? acceptAll(isToExcluded)
          : isToExcluded
            ? (slot: number): boolean => key.compare(slot, to, toWidth) >= 0
            : (slot: number): boolean => key.compare(slot, to, toWidth) > 0,
    };
    this.#slots.collect(start, end, out, outNumbers);
  }

  #numberOf(slot: number): number {
    return orderNumber(this.key.columns[0]!, slot);
  }
}

function acceptAll(does: boolean): () => boolean {
  return does ? all : none;
}

const all = (): boolean => true;
const none = (): boolean => false;

/** Bounds of a range of keys: slots `from` and `to` hold the values, of which the first `…Width` columns count (0: no bound). */
export interface KeyRange {
  readonly from: number;
  readonly fromWidth: number;
  readonly isFromExcluded: boolean;
  readonly to: number;
  readonly toWidth: number;
  readonly isToExcluded: boolean;
}
