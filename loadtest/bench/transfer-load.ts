import type { Histogram } from 'hdr-histogram-js';

/** Transfers over many connections, so many in flight on each, in the order of the given pairs. */
export interface TransferLoad {
  readonly counts: TransferCounts;
  /** Fills every connection; from then on each answer is followed by the next call. */
  begin(): void;
  /** Sends nothing more; settles when all that was sent is answered. */
  end(): Promise<void>;
  /** Closes the connections. */
  leave(): void;
}

export interface TransferCounts {
  done: number;
  /** Answered by anything but a commit. */
  refused: number;
  /** Microseconds from a call to its answer, of one call in TIMED_EACH. */
  readonly latencyUs: Histogram;
}

export interface TransferPlace {
  readonly uri: string;
  readonly connections: number;
  readonly inFlight: number;
  /** Answers come when they are durable; else as soon as the call has run. */
  readonly isConfirmed: boolean;
  /** u32: from, to. Connection i of n begins with the i-th of n equal parts, and begins anew behind the last pair. */
  readonly pairs: Uint32Array;
}

/** A look at the clock for every call would be a part of what is measured. */
export const TIMED_EACH = 64;

/** Where a connection begins, as a place in `pairs`. */
export function firstPlace({ pairs, connections }: TransferPlace, connection: number): number {
  return 2 * Math.floor((connection * pairs.length) / 2 / connections);
}
