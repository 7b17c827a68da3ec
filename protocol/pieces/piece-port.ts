import type { ColumnBuffer } from '@tickbase/schema/plan';
import type { CellPlace } from '../server/section.ts';
import type { WireTable } from '../schema/wire-schema.ts';

/*
 * A piece is the news of one partition for one step, the same bytes for all who watch it. Its bytes are in WIRE.md.
 * Rows have names local to the partition (0…65535), given at the enter; a freed name rests until every client
 * that might still use it has caught up.
 */

/** What the server's encoder reads; all arrays are the caller's scratch or the store's columns, read only. */
export interface PieceSource {
  handle: number;
  table: WireTable;
  /** By column place; indexed by slot (see StorageKind for the shapes). */
  columns: readonly ColumnBuffer[];
  cell: CellPlace | null;
  isExact: boolean;
  /** PIECE_* bits that the caller sets. */
  flags: number;

  leaveCount: number;
  leaveNames: Uint16Array;
  /** Where the row went: LEAVE_DELETED, LEAVE_OUT, or the handle of the partition that it is in now. */
  leaveTo: Uint32Array;

  enterCount: number;
  enterNames: Uint16Array;
  enterSlots: Uint32Array;

  /** Sorted by name. */
  updateCount: number;
  updateNames: Uint16Array;
  updateSlots: Uint32Array;
  /** u32[updateCount * maskWords]: bit c set: column c is sent. */
  updateMasks: Uint32Array;
  maskWords: number;

  /** Event pieces: how many older events the receiver has missed because the ring no longer holds them; left out: 0. */
  missedEvents?: number;
  /** f64[columns + 1]: what each column's blocks come to is added to it, the whole piece to the last; null or left out: nothing is counted. */
  columnBytes?: Float64Array | null;
}

/** The row is no more. */
export const LEAVE_DELETED = 0;
/** The row lives on, in no partition of this partitioning that anyone watches, or where the predicate is false. */
export const LEAVE_OUT = 1;

/** The piece lists the whole partition as enters: rows that reside in it and are not listed are gone. */
export const PIECE_SNAPSHOT = 1;
/** Enters are event rows: reported and not kept; names and slots are not sent. */
export const PIECE_EVENTS = 2;
/** Merged changes of several ticks. */
export const PIECE_CATCH_UP = 4;

/** What the client's decoder calls, in the order leaves, enters, updates. `values` is scratch, valid during the call. */
export interface PieceSink {
  leave(name: number, to: number): void;
  /** All columns, by place. `name` and `slot` are -1 in event pieces. */
  enter(name: number, slot: number, values: readonly unknown[]): void;
  /** Columns `changed[0…changedCount-1]` (places, ascending) have the values at the same places of `values`. */
  update(name: number, changed: Uint8Array, changedCount: number, values: readonly unknown[]): void;
  /** Events that a client behind the ring has missed. */
  missedEvents(count: number): void;
}
