/**
 * What the tick's thread and one worker share beside buffers: i32[LANE_WORDS].
 *
 * The tick's thread writes an entry of the ring, then POSTED; the worker does the entries in order, writes what it has encoded to its output, then
 * DONE. Serials grow by one with each entry, modulo 2^32.
 */
export const POSTED = 0;
export const DONE = 1;
/** 1: the worker is to end. */
export const STOP = 2;
/** Of DONE: how many jobs, and how many bytes they made. */
export const OUT_COUNT = 3;
export const OUT_BYTES = 4;

const RING = 8;
/** Entries that may wait for a worker. */
export const RING_ENTRIES = 64;
const ENTRY_WORDS = 6;
export const LANE_WORDS = RING + RING_ENTRIES * ENTRY_WORDS;

/** In an entry: the number of the record's buffer, the lengths of its sections, which follow one another, the number of the jobs' buffer (-1: none), their length in words. */
export const ENTRY_RECORD = 0;
export const ENTRY_LOGGED_BYTES = 1;
export const ENTRY_WIRE_BYTES = 2;
export const ENTRY_JOBS = 3;
export const ENTRY_JOBS_LENGTH = 4;

/** Where the entry of a serial begins. */
export function entryOf(serial: number): number {
  return RING + ((serial >>> 0) % RING_ENTRIES) * ENTRY_WORDS;
}
