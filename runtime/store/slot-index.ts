import type { IndexKey } from './index-key.ts';

/**
 * A way from a key to slots. Derived from the columns and the live bitmap: `clear` and `add` of every live slot make it anew.
 * `add` and `remove` read the slot's key from its columns, so a slot is removed before its key changes and added after. Neither
 * checks for duplicates: the table asks `findFirst` before it writes, and an undo passes through states that repeat a key.
 */
export interface SlotIndex {
  readonly key: IndexKey;
  add(slot: number): void;
  /** `clear`, then `add` of every live slot below `slotCount`, of which there are `liveCount`; faster where there are many. */
  addAll(live: Uint8Array, slotCount: number, liveCount: number): void;
  remove(slot: number): void;
  clear(): void;
  /** The lowest slot with the same key as `probe`, or -1. */
  findFirst(probe: number): number;
  /** Appends the slots with the same key as `probe` to `out`, ascending. */
  collect(probe: number, out: number[]): void;
}
