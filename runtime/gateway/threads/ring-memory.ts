/**
 * What a ring between two threads is made of: one shared buffer with a head of words, each on a cache line of its own, and behind it entries. One thread
 * writes, the other reads; WRITTEN and READ count bytes modulo 2^32.
 *
 * An entry begins at a multiple of 16 with four words (kind, id, extra, length in bytes), its bytes follow. It never goes over the end: what is left there is an entry
 * of kind WRAP.
 */
export interface RingMemory {
  readonly shared: SharedArrayBuffer;
  /** i32[RING_HEAD_WORDS] */
  readonly head: Int32Array;
  /** i32[capacity / 4]: the entries' words. */
  readonly words: Int32Array;
  /** u8[capacity]: the same as bytes. */
  readonly bytes: Uint8Array;
}

/** `capacity`: bytes, a power of two. */
export function newRingMemory(capacity: number): RingMemory {
  return ringMemoryOf(new SharedArrayBuffer(4 * RING_HEAD_WORDS + capacity));
}

export function ringMemoryOf(shared: SharedArrayBuffer): RingMemory {
  const start = 4 * RING_HEAD_WORDS;
  return {
    shared,
    head: new Int32Array(shared, 0, RING_HEAD_WORDS),
    words: new Int32Array(shared, start),
    bytes: new Uint8Array(shared, start),
  };
}

/** What entries take for themselves, in bytes, and what they begin at multiples of. */
export const ENTRY_BYTES = 16;
export const WRAP = -1;

export const WRITTEN = 0;
export const READ = 16;
/** How the reader waits: one of the three below. */
export const REST = 32;
/** 1: both ends are to come to an end. */
export const STOP = 48;
/** 1: the thread of the other side is over. */
export const GONE = 49;
const RING_HEAD_WORDS = 64;

/** It will look at the ring by itself. */
export const AWAKE = 0;
/** It waits on REST. */
export const NAPPING = 1;
/** It waits in its event loop: only a message wakes it. */
export const ASLEEP = 2;
