/**
 * Which functions were stopped by force of late, and which of them are not run for a while because of that.
 *
 * Policy. A function that was stopped OFFENCES_MAX times within OFFENCE_WINDOW_US for one sender is not run for that sender during
 * SUSPENDED_US; one that was stopped twice as often, for whomever, is not run for anybody so long. Timers and systems have one sender,
 * the module. Then the count begins anew. Knows no clock: it is told the time, in microseconds.
 */
export class Offences {
  readonly #records = new Map<string, OffenceRecord>();
  /** No suspension lasts longer. */
  #lastsToUs = -Infinity;

  /** Notes a stop. Returns whether it was the one that suspends the function, and for whom. */
  note(origin: string, sender: { readonly hex: string }, nowUs: number): 'sender' | 'everybody' | null {
    const isOfSender = this.#note(`${origin} ${sender.hex}`, OFFENCES_MAX, nowUs);
    const isOfAll = this.#note(origin, 2 * OFFENCES_MAX, nowUs);
    return isOfAll ? 'everybody' : isOfSender ? 'sender' : null;
  }

  /** Nothing was stopped so often of late that anything could be suspended; asked before the time, which is a bigint, is made a number. */
  get isQuiet(): boolean {
    return this.#lastsToUs === -Infinity;
  }

  isSuspended(origin: string, sender: { readonly hex: string }, nowUs: number): boolean {
    if (nowUs >= this.#lastsToUs) return false;
    return this.#isSuspended(origin, nowUs) || this.#isSuspended(`${origin} ${sender.hex}`, nowUs);
  }

  #isSuspended(key: string, nowUs: number): boolean {
    const record = this.#records.get(key);
    return record !== undefined && nowUs < record.suspendedToUs;
  }

  #note(key: string, countMax: number, nowUs: number): boolean {
    const known = this.#records.get(key);
    const timesUs = (known?.timesUs ?? []).filter((timeUs) => nowUs - timeUs < OFFENCE_WINDOW_US);
    timesUs.push(nowUs);
    const isOver = timesUs.length >= countMax;
    if (isOver) this.#lastsToUs = nowUs + SUSPENDED_US;
    this.#records.delete(key); // set again, it is the newest
    this.#records.set(key, { timesUs: isOver ? [] : timesUs, suspendedToUs: isOver ? nowUs + SUSPENDED_US : 0 });
    if (this.#records.size > RECORDS_MAX) this.#records.delete(this.#records.keys().next().value!);
    return isOver;
  }
}

interface OffenceRecord {
  readonly timesUs: readonly number[];
  readonly suspendedToUs: number;
}

export const OFFENCES_MAX = 3;
export const OFFENCE_WINDOW_US = 60_000_000;
export const SUSPENDED_US = 30_000_000;
/** The oldest goes: each record has cost its function a whole limit of time, so that many do not come within a window. */
const RECORDS_MAX = 1024;
