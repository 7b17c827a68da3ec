/** What one client knows of its own calls, by their numbers 1, 2, 3, … */
export class CallBook {
  readonly client: number;
  /** False: its results may come before they are durable, so they promise nothing over a crash. */
  readonly isConfirmed: boolean;
  readonly calls = new Map<number, BookedCall>();
  /** The highest `below` that a `settle` was sent with, and the highest whose promise was resolved. */
  settleAsked = 0;
  settleConfirmed = 0;
  /** Of calls that ran and whose entries have been settled. */
  folded = { calls: 0, sum: 0n };
  #lastCall = 0;

  constructor(client: number, isConfirmed: boolean) {
    this.client = client;
    this.isConfirmed = isConfirmed;
  }

  get nextCall(): number {
    return this.#lastCall + 1;
  }

  add(amount: number, alarmMs: number, note: string): BookedCall {
    const call = ++this.#lastCall;
    const booked: BookedCall = { call, amount, hasAlarm: alarmMs > 0, note, outcome: 'open' };
    this.calls.set(call, booked);
    return booked;
  }
}

export interface BookedCall {
  readonly call: number;
  readonly amount: number;
  readonly hasAlarm: boolean;
  readonly note: string;
  outcome: Outcome;
}

/**
 * open     its promise has not settled
 * ran      confirmed, or seen in the tables by a client with confirmed results: it stays
 * told     resolved for a client without confirmed results: it may be lost by a crash
 * unknown  its promise says that it may or may not have run
 * not run  refused, never sent, or missing in the tables after it was unknown: it must never appear
 */
export type Outcome = 'open' | 'ran' | 'told' | 'unknown' | 'not run';
