import { assert } from '@tickbase/base';
import type { CallResult } from '@tickbase/protocol';

/**
 * One client's calls from its last receipt on, so that each runs at most once and each is answered: after a resume
 * from here, never by running again. Sequences are 1, 2, 3, … without gaps; results are told in that order, so
 * that one number says which of them a client has seen.
 *
 *   released ≤ told ≤ processed ≤ accepted
 */
export class CallLog {
  /** Results up to here were seen by the client and are forgotten. */
  released = 0;
  /** Results up to here are part of a section of the present socket. */
  told = 0;
  /** Every call up to here has its result. */
  processed = 0;
  /** Highest sequence taken in. */
  accepted = 0;
  /** Calls that wait in the inbox. */
  waitingCount = 0;
  /** Estimated bytes of results that are kept. */
  keptBytes = 0;

  /** Results of `released + 1` … `accepted`; null: it waits. */
  #results: (KeptResult | null)[] = [];

  get keptCount(): number {
    return this.#results.length;
  }

  /** Takes in the next call; its result follows from `settle`. */
  accept(): void {
    this.accepted++;
    this.waitingCount++;
    this.#results.push(null);
  }

  /** Takes in the next call together with its result: it was refused before it reached the inbox. */
  refuse(code: string, message: string): void {
    this.accept();
    this.settle({ sequence: this.accepted, status: 'refused', code, message, tick: 0 });
  }

  settle(result: CallResult): void {
    const place = result.sequence - this.released - 1;
    assert(place >= 0 && place < this.#results.length, 'a result for a call that was not taken in');
    assert(this.#results[place] === null, 'a second result for one call');
    this.#results[place] = { result, toldAtTick: 0 };
    this.waitingCount--;
    this.keptBytes += RESULT_BYTES + result.code.length + result.message.length;
    while (this.processed < this.accepted && this.#results[this.processed - this.released] !== null) this.processed++;
  }

  get hasUntold(): boolean {
    return this.told < this.processed;
  }

  /**
   * Adds the results that were not told yet to `out`. The client has seen them when it confirms `tick`.
   * Refusals without a tick of their own get `resultTick`.
   */
  tell(out: CallResult[], resultTick: number, tick: number): void {
    while (this.told < this.processed) {
      const kept = this.#results[this.told - this.released]!;
      kept.toldAtTick = tick;
      if (kept.result.tick === 0) kept.result.tick = resultTick;
      out.push(kept.result);
      this.told++;
    }
  }

  /** A receipt: results that were told at or before `tick` are forgotten. */
  releaseTick(tick: number): void {
    let count = 0;
    while (this.released + count < this.told && this.#results[count]!.toldAtTick <= tick) count++;
    this.#drop(count);
  }

  /** A resumed client has seen the results up to `sequence`; the later ones are told again. */
  rewind(sequence: number): void {
    const seen = Math.min(sequence, this.told);
    if (seen > this.released) this.#drop(seen - this.released);
    this.told = this.released;
  }

  #drop(count: number): void {
    if (count === 0) return;
    for (let i = 0; i < count; i++) {
      const { result } = this.#results[i]!;
      this.keptBytes -= RESULT_BYTES + result.code.length + result.message.length;
    }
    this.#results.splice(0, count);
    this.released += count;
  }
}

interface KeptResult {
  readonly result: CallResult;
  toldAtTick: number;
}

/** What a result costs beside its texts, in memory and on the wire, roughly. */
const RESULT_BYTES = 64;
