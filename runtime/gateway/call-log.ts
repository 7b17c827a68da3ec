import { assert } from '@tickbase/base';
import { CALL_STATUSES, type CallResult, type PlainResults } from '@tickbase/protocol';

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

  /**
   * f64[2 * a power of two], two numbers a call from `released` + 1 on, in a ring by sequence: WAITING, or 4 * the tick that holds its
   * effect (0: not known yet) + its status (a place in CALL_STATUSES); then the tick of the receipt that covers it.
   */
  #ring = new Float64Array(2 * RING_FIRST);
  /** By sequence, of results that have texts. */
  readonly #texts = new Map<number, ResultTexts>();
  /** Results up to here know their tick. */
  #stamped = 0;

  get keptCount(): number {
    return this.accepted - this.released;
  }

  /** Takes in the next call; its result follows from `settle`. */
  accept(): void {
    if (2 * this.keptCount === this.#ring.length) this.#grow();
    this.accepted++;
    this.waitingCount++;
    this.#ring[this.#placeOf(this.accepted)] = WAITING;
  }

  /** Takes in the next call together with its result: it was refused before it reached the inbox. */
  refuse(code: string, message: string): void {
    this.accept();
    this.settle(this.accepted, STATUS_REFUSED, code, message);
  }

  /** `status`: a place in CALL_STATUSES. Its tick follows from `stamp`, or is that of the section in which it is told first. */
  settle(sequence: number, status: number, code = '', message = ''): void {
    assert(sequence > this.released && sequence <= this.accepted, 'a result for a call that was not taken in');
    const place = this.#placeOf(sequence);
    assert(this.#ring[place] === WAITING, 'a second result for one call');
    this.#ring[place] = status;
    this.waitingCount--;
    this.keptBytes += RESULT_BYTES;
    if (code !== '' || message !== '') {
      this.keptBytes += code.length + message.length;
      this.#texts.set(sequence, { code, message });
    }
    while (this.processed < this.accepted && this.#ring[this.#placeOf(this.processed + 1)] !== WAITING)
      this.processed++;
  }

  /** Results that have come since the last stamp hold effects of this tick. */
  stamp(tick: number): void {
    for (let sequence = Math.max(this.#stamped, this.released) + 1; sequence <= this.processed; sequence++) {
      const place = this.#placeOf(sequence);
      if (this.#ring[place]! < 4) this.#ring[place]! += 4 * tick;
    }
    this.#stamped = this.processed;
  }

  get hasUntold(): boolean {
    return this.told < this.processed;
  }

  /** Every result that was not told yet is without texts. */
  get isPlain(): boolean {
    return this.#texts.size === 0;
  }

  /**
   * Adds the results that were not told yet to `out`. The client has seen them when it confirms `tick`.
   * Those without a tick of their own get `resultTick`.
   */
  tell(out: CallResult[], resultTick: number, tick: number): void {
    this.stamp(resultTick);
    while (this.told < this.processed) {
      const sequence = ++this.told;
      const value = this.#mark(sequence, tick);
      const { code, message } = this.#texts.get(sequence) ?? NO_TEXTS;
      out.push({ sequence, status: CALL_STATUSES[value % 4]!, code, message, tick: Math.floor(value / 4) });
    }
  }

  /** The same while `isPlain`. */
  tellPlain(out: PlainResults, resultTick: number, tick: number): void {
    this.stamp(resultTick);
    while (this.told < this.processed) {
      const value = this.#mark(++this.told, tick);
      out.add(this.told, value % 4, Math.floor(value / 4));
    }
  }

  /** A receipt: results that were told at or before `tick` are forgotten. */
  releaseTick(tick: number): void {
    while (this.released < this.told && this.#ring[this.#placeOf(this.released + 1) + 1]! <= tick) this.#dropOldest();
  }

  /** A resumed client has seen the results up to `sequence`; the later ones are told again. */
  rewind(sequence: number): void {
    const seen = Math.min(sequence, this.told);
    while (this.released < seen) this.#dropOldest();
    this.told = this.released;
  }

  /** Notes when a result is told; returns what the ring has of it. */
  #mark(sequence: number, tick: number): number {
    const place = this.#placeOf(sequence);
    this.#ring[place + 1] = tick;
    return this.#ring[place]!;
  }

  #dropOldest(): void {
    this.released++;
    this.keptBytes -= RESULT_BYTES;
    const texts = this.#texts.size === 0 ? undefined : this.#texts.get(this.released);
    if (texts === undefined) return;
    this.keptBytes -= texts.code.length + texts.message.length;
    this.#texts.delete(this.released);
  }

  #placeOf(sequence: number): number {
    return (2 * sequence) & (this.#ring.length - 1);
  }

  #grow(): void {
    const old = this.#ring;
    this.#ring = new Float64Array(2 * old.length);
    for (let sequence = this.released + 1; sequence <= this.accepted; sequence++) {
      const from = (2 * sequence) & (old.length - 1);
      const to = this.#placeOf(sequence);
      this.#ring[to] = old[from]!;
      this.#ring[to + 1] = old[from + 1]!;
    }
  }
}

export const STATUS_COMMITTED = 0;
export const STATUS_REFUSED = 1;
export const STATUS_FAILED = 2;

interface ResultTexts {
  readonly code: string;
  readonly message: string;
}

const NO_TEXTS: ResultTexts = { code: '', message: '' };
const WAITING = -1;
/** Most clients have fewer without a receipt; and 64 bytes the engine keeps beside its objects. */
const RING_FIRST = 4;
/** What a result costs beside its texts, in memory and on the wire, roughly. */
const RESULT_BYTES = 64;
