/**
 * The net effect of one tick (one call at `tickRate: 0`), sealed and from then on immutable. Two sections:
 * what the log keeps, and what only the wire needs (transient columns, events). Valid until the next seal unless
 * its bytes are copied; values of changed rows are read from the table views, which stand still between ticks.
 */
export interface CommitRecord {
  /** Sequence of the record: grows with each one. Below 2^53. */
  readonly tick: number;
  /** Microseconds since the Unix epoch, as a number: exact until the year 2255. */
  readonly timestampUs: number;
  /** Tables that changed, ascending by position. Event tables have their rows here as inserts, in order of insertion. */
  readonly tables: readonly TableChange[];
  /** True when the logged section holds nothing (no persisted change, no sequence moved). */
  readonly isLogEmpty: boolean;
  /** The logged section, a view of the record's memory. */
  logged(): Uint8Array;
  /**
   * Puts the logged section of a short record into `bytes` from `at` on, where there is room for SHORT_RECORD_BYTES_MAX. Returns its end, or -1: it is not short,
   * or empty, and `logged` is to be asked.
   */
  putLogged(bytes: Uint8Array, at: number): number;
  /** The section that only the wire needs, a view of the record's memory. */
  wireOnly(): Uint8Array;
}

export interface TableChange {
  /** Place in `Plan.tables`. */
  readonly position: number;
  readonly count: number;
  /** u32[>= count], ascending and without repeats (insertion order for event tables). */
  readonly slots: Uint32Array;
  /** u8[>= count]: one of CHANGE_*. */
  readonly ops: Uint8Array;
  readonly maskWords: number;
  /** u32[>= count * maskWords]: bit c of the row's words is set when column c changed. All bits for inserts. */
  readonly masks: Uint32Array;
  /** i32[>= count]: grid cell before and after the tick, -1 where none; null for tables without a grid. */
  readonly cellsBefore: Int32Array | null;
  readonly cellsAfter: Int32Array | null;
}

/** Bytes of a record that `putLogged` puts. */
export const SHORT_RECORD_BYTES_MAX = 512;

export const CHANGE_INSERT = 1;
export const CHANGE_UPDATE = 2;
export const CHANGE_DELETE = 3;
