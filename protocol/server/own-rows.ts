import { ByteWriter } from '@tickbase/base';
import type { OwnRow } from './section.ts';

/** Exact rows of one section in columns that are used again and again. A row: append its bytes to `bytes`, then `add` it. */
export class OwnRows {
  count = 0;
  /** Rows in the positional encoding, one after another. */
  readonly bytes = new ByteWriter();
  /** u32[>= count]. */
  tableIds = new Uint32Array(CAPACITY_FIRST);
  slots = new Uint32Array(CAPACITY_FIRST);
  /** u32[>= count]: where each row ends in `bytes`; it begins where the one before ends. */
  ends = new Uint32Array(CAPACITY_FIRST);

  clear(): void {
    this.count = 0;
    this.bytes.reset();
  }

  /** The bytes since the row before are a row. */
  add(tableId: number, slot: number): void {
    if (this.count === this.slots.length) this.grow();
    this.tableIds[this.count] = tableId;
    this.slots[this.count] = slot;
    this.ends[this.count] = this.bytes.length;
    this.count++;
  }

  /** Where the i-th row begins in `bytes`. */
  startOf(i: number): number {
    return i === 0 ? 0 : this.ends[i - 1]!;
  }

  /** As a section has them; the rows are views of `bytes`. */
  list(): OwnRow[] {
    return Array.from({ length: this.count }, (_, i) => ({
      tableId: this.tableIds[i]!,
      slot: this.slots[i]!,
      row: this.bytes.bytes.subarray(this.startOf(i), this.ends[i]),
    }));
  }

  private grow(): void {
    const capacity = 2 * this.slots.length;
    const { tableIds, slots, ends } = this;
    this.tableIds = new Uint32Array(capacity);
    this.slots = new Uint32Array(capacity);
    this.ends = new Uint32Array(capacity);
    this.tableIds.set(tableIds);
    this.slots.set(slots);
    this.ends.set(ends);
  }
}

const CAPACITY_FIRST = 8;
