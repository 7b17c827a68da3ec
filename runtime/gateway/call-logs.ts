import { assert, grownTo } from '@tickbase/base';
import { CALL_STATUSES, type CallResult, type PlainResults } from '@tickbase/protocol';

/**
 * Every client's calls from its last receipt on, so that each runs at most once and each is answered: after a resume
 * from here, never by running again. Sequences are 1, 2, 3, … without gaps; results are told in that order, so
 * that one number says which of them a client has seen.
 *
 *   released ≤ told ≤ processed ≤ accepted
 *
 * A client is named by its place, see SessionPlaces. All that a message and a tick look at of it is one line of plain numbers: what lies in objects
 * of each client costs a cache line or two for each, and clients are met one after another, so that the processor sees the next line coming.
 */
export class CallLogs {
  /** f64[LINE * places]: see the places in a line below. */
  #lines = new Float64Array(LINE * PLACES_FIRST);
  /** By place: the results of clients with more than RINGED calls without a receipt, f64[2 * a power of two]; else null. */
  readonly #rings: (Float64Array | null)[] = [];
  /** By place and sequence, of results that have texts. */
  readonly #texts = new Map<number, Map<number, ResultTexts>>();

  /** A client begins at this place. */
  open(place: number): void {
    this.#lines = grownTo(this.#lines, LINE * (place + 1));
    this.#lines.fill(0, LINE * place, LINE * (place + 1));
    while (this.#rings.length <= place) this.#rings.push(null);
    this.#rings[place] = null;
    this.#texts.delete(place);
  }

  /** Results up to here were seen by the client and are forgotten. */
  released(place: number): number {
    return this.#lines[LINE * place + RELEASED]!;
  }

  /** Results up to here are part of a section of the present socket. */
  told(place: number): number {
    return this.#lines[LINE * place + TOLD]!;
  }

  /** Every call up to here has its result. */
  processed(place: number): number {
    return this.#lines[LINE * place + PROCESSED]!;
  }

  /** Highest sequence taken in. */
  accepted(place: number): number {
    return this.#lines[LINE * place + ACCEPTED]!;
  }

  /** Calls that wait in the inbox. */
  waitingCount(place: number): number {
    return this.#lines[LINE * place + WAITING_COUNT]!;
  }

  /** Estimated bytes of results that are kept. */
  keptBytes(place: number): number {
    return this.#lines[LINE * place + KEPT_BYTES]!;
  }

  keptCount(place: number): number {
    return this.accepted(place) - this.released(place);
  }

  hasUntold(place: number): boolean {
    const line = LINE * place;
    return this.#lines[line + TOLD]! < this.#lines[line + PROCESSED]!;
  }

  /** No result that is kept has texts. */
  isPlain(place: number): boolean {
    return this.#lines[LINE * place + TEXT_COUNT] === 0;
  }

  /** Takes in the next call; its result follows from `settle`. */
  accept(place: number): void {
    if (this.keptCount(place) === this.#capacity(place)) this.#grow(place);
    const lines = this.#lines;
    const line = LINE * place;
    lines[line + WAITING_COUNT]!++;
    this.#set(place, ++lines[line + ACCEPTED]!, WAITING);
  }

  /** The same for the next `count` calls. */
  acceptAll(place: number, count: number): void {
    while (this.keptCount(place) + count > this.#capacity(place)) this.#grow(place);
    const lines = this.#lines;
    const line = LINE * place;
    const ring = this.#rings[place] ?? lines;
    const accepted = lines[line + ACCEPTED]!;
    for (let sequence = accepted + 1; sequence <= accepted + count; sequence++) {
      ring[ring === lines ? placeInLine(place, sequence) : placeIn(ring, sequence)] = WAITING;
    }
    lines[line + ACCEPTED] = accepted + count;
    lines[line + WAITING_COUNT]! += count;
  }

  /** Takes in the next call together with its result: it was refused before it reached the inbox. */
  refuse(place: number, code: string, message: string): void {
    this.accept(place);
    this.settle(place, this.accepted(place), STATUS_REFUSED, code, message);
  }

  /** `status`: a place in CALL_STATUSES. Its tick follows from `stamp`, or is that of the section in which it is told first. */
  settle(place: number, sequence: number, status: number, code = '', message = ''): void {
    const lines = this.#lines;
    const line = LINE * place;
    const accepted = lines[line + ACCEPTED]!;
    assert(sequence > lines[line + RELEASED]! && sequence <= accepted, 'a result for a call that was not taken in');
    assert(this.#get(place, sequence) === WAITING, 'a second result for one call');
    this.#set(place, sequence, status);
    lines[line + WAITING_COUNT]!--;
    lines[line + KEPT_BYTES]! += RESULT_BYTES;
    if (code !== '' || message !== '') this.#addTexts(place, sequence, { code, message });
    this.#passSettled(place);
  }

  #passSettled(place: number): void {
    const lines = this.#lines;
    const line = LINE * place;
    const accepted = lines[line + ACCEPTED]!;
    let processed = lines[line + PROCESSED]!;
    while (processed < accepted && this.#get(place, processed + 1) !== WAITING) processed++;
    lines[line + PROCESSED] = processed;
  }

  /** `settle` and `stamp` of a call that was committed; as a rule it is the next one without a result. */
  commit(place: number, sequence: number, tick: number): void {
    const lines = this.#lines;
    const line = LINE * place;
    const ring = this.#rings[place] ?? lines;
    const at = ring === lines ? placeInLine(place, sequence) : placeIn(ring, sequence);
    const isNext = lines[line + PROCESSED] === sequence - 1 && lines[line + STAMPED] === sequence - 1;
    if (!isNext || sequence > lines[line + ACCEPTED]! || ring[at] !== WAITING) {
      this.settle(place, sequence, STATUS_COMMITTED);
      this.stamp(place, tick);
      return;
    }
    ring[at] = 4 * tick + STATUS_COMMITTED;
    lines[line + WAITING_COUNT]!--;
    lines[line + KEPT_BYTES]! += RESULT_BYTES;
    lines[line + PROCESSED] = sequence;
    lines[line + STAMPED] = sequence;
    // Those behind it may have been refused before they came to the inbox.
    if (sequence < lines[line + ACCEPTED]! && this.#get(place, sequence + 1) !== WAITING) {
      this.#passSettled(place);
      this.stamp(place, tick);
    }
  }

  /** Results that have come since the last stamp hold effects of this tick. */
  stamp(place: number, tick: number): void {
    const lines = this.#lines;
    const line = LINE * place;
    const processed = lines[line + PROCESSED]!;
    for (
      let sequence = Math.max(lines[line + STAMPED]!, lines[line + RELEASED]!) + 1;
      sequence <= processed;
      sequence++
    ) {
      const value = this.#get(place, sequence);
      if (value < 4) this.#set(place, sequence, value + 4 * tick);
    }
    lines[line + STAMPED] = processed;
  }

  /**
   * Adds the results that were not told yet to `out`. The client has seen them when it confirms `tick`.
   * Those without a tick of their own get `resultTick`.
   */
  tell(place: number, out: CallResult[], resultTick: number, tick: number): void {
    this.stamp(place, resultTick);
    const lines = this.#lines;
    const line = LINE * place;
    const texts = this.#texts.get(place);
    while (lines[line + TOLD]! < lines[line + PROCESSED]!) {
      const sequence = ++lines[line + TOLD]!;
      const value = this.#mark(place, sequence, tick);
      const { code, message } = texts?.get(sequence) ?? NO_TEXTS;
      const effectTick = Math.floor(value / 4);
      out.push({ sequence, status: CALL_STATUSES[value - 4 * effectTick]!, code, message, tick: effectTick });
    }
  }

  /** The same while `isPlain`. */
  tellPlain(place: number, out: PlainResults, resultTick: number, tick: number): void {
    this.stamp(place, resultTick);
    const lines = this.#lines;
    const line = LINE * place;
    const processed = lines[line + PROCESSED]!;
    let told = lines[line + TOLD]!;
    while (told < processed) {
      const value = this.#mark(place, ++told, tick);
      const effectTick = Math.floor(value / 4);
      out.add(told, value - 4 * effectTick, effectTick);
    }
    lines[line + TOLD] = told;
  }

  /** A receipt: results that were told at or before `tick` are forgotten. */
  releaseTick(place: number, tick: number): void {
    const lines = this.#lines;
    const line = LINE * place;
    const told = lines[line + TOLD]!;
    const before = lines[line + RELEASED]!;
    let released = before;
    while (released < told && this.#tickOf(place, released + 1) <= tick) released++;
    if (!this.isPlain(place)) {
      while (lines[line + RELEASED]! < released) this.#dropOldest(place);
      return;
    }
    lines[line + RELEASED] = released;
    lines[line + KEPT_BYTES]! -= RESULT_BYTES * (released - before);
  }

  /** A resumed client has seen the results up to `sequence`; the later ones are told again. */
  rewind(place: number, sequence: number): void {
    const seen = Math.min(sequence, this.told(place));
    while (this.released(place) < seen) this.#dropOldest(place);
    this.#lines[LINE * place + TOLD] = this.released(place);
  }

  #dropOldest(place: number): void {
    const lines = this.#lines;
    const line = LINE * place;
    const sequence = ++lines[line + RELEASED]!;
    lines[line + KEPT_BYTES]! -= RESULT_BYTES;
    if (lines[line + TEXT_COUNT]! > 0) this.#dropTexts(place, sequence);
  }

  #addTexts(place: number, sequence: number, texts: ResultTexts): void {
    const line = LINE * place;
    this.#lines[line + KEPT_BYTES]! += texts.code.length + texts.message.length;
    this.#lines[line + TEXT_COUNT]!++;
    let bySequence = this.#texts.get(place);
    if (bySequence === undefined) this.#texts.set(place, (bySequence = new Map()));
    bySequence.set(sequence, texts);
  }

  #dropTexts(place: number, sequence: number): void {
    const bySequence = this.#texts.get(place)!;
    const texts = bySequence.get(sequence);
    if (texts === undefined) return;
    const line = LINE * place;
    this.#lines[line + KEPT_BYTES]! -= texts.code.length + texts.message.length;
    this.#lines[line + TEXT_COUNT]!--;
    bySequence.delete(sequence);
    if (bySequence.size === 0) this.#texts.delete(place);
  }

  /** How many calls without a receipt there is room for. */
  #capacity(place: number): number {
    const ring = this.#rings[place] ?? null;
    return ring === null ? RINGED : ring.length / 2;
  }

  #get(place: number, sequence: number): number {
    const ring = this.#rings[place]!;
    return ring === null ? this.#lines[placeInLine(place, sequence)]! : ring[placeIn(ring, sequence)]!;
  }

  #set(place: number, sequence: number, value: number): void {
    const ring = this.#rings[place]!;
    if (ring === null) this.#lines[placeInLine(place, sequence)] = value;
    else ring[placeIn(ring, sequence)] = value;
  }

  /** Notes when a result is told; returns what the ring has of it. */
  #mark(place: number, sequence: number, tick: number): number {
    const ring = this.#rings[place] ?? this.#lines;
    const at = ring === this.#lines ? placeInLine(place, sequence) : placeIn(ring, sequence);
    ring[at + 1] = tick;
    return ring[at]!;
  }

  #tickOf(place: number, sequence: number): number {
    const ring = this.#rings[place]!;
    return ring === null ? this.#lines[placeInLine(place, sequence) + 1]! : ring[placeIn(ring, sequence) + 1]!;
  }

  #grow(place: number): void {
    const old = this.#rings[place] ?? null;
    const ring = new Float64Array(old === null ? 4 * RINGED : 2 * old.length);
    const from = old ?? this.#lines;
    for (let sequence = this.released(place) + 1; sequence <= this.accepted(place); sequence++) {
      const at = old === null ? placeInLine(place, sequence) : placeIn(old, sequence);
      const to = placeIn(ring, sequence);
      ring[to] = from[at]!;
      ring[to + 1] = from[at + 1]!;
    }
    this.#rings[place] = ring;
  }
}

function placeInLine(place: number, sequence: number): number {
  return LINE * place + RING + ((2 * sequence) & (2 * RINGED - 1));
}

function placeIn(ring: Float64Array, sequence: number): number {
  return (2 * sequence) & (ring.length - 1);
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
const PLACES_FIRST = 16;
/** What a result costs beside its texts, in memory and on the wire, roughly. */
const RESULT_BYTES = 64;

/** Places in a client's line. */
const RELEASED = 0;
const TOLD = 1;
const PROCESSED = 2;
const ACCEPTED = 3;
const WAITING_COUNT = 4;
const KEPT_BYTES = 5;
/** Results up to here know their tick. */
const STAMPED = 6;
const TEXT_COUNT = 7;
/**
 * Two numbers a call from `released` + 1 on, in a ring by sequence: WAITING, or 4 * the tick that holds its effect (0: not known yet) + its status
 * (a place in CALL_STATUSES); then the tick of the receipt that covers it.
 */
const RING = 8;
/** Calls in it: a client that calls twenty times a second, and whose receipts take half a second, has fewer without one. */
const RINGED = 16;
const LINE = RING + 2 * RINGED;
