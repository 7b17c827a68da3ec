import { BYTES_PER_SECOND_MIN } from '@tickbase/schema/plan';

/**
 * How many bytes a second a client's link carries, told by its receipts while the link is what holds it up: between two late receipts, what was sent
 * of the ticks between them has gone through. A link that is quick again is tried with more, step by step, until nothing is held back. There is a
 * meter only for links that were slow; of what was sent before, it knows no more than that it was about as much.
 */
export class GoodputMeter {
  /** The link is not to be sent more than this; Infinity: it is not known yet, or quick enough. */
  bytesPerSecondMax = Number.POSITIVE_INFINITY;
  /** It is quick again: the meter is not needed any more. */
  isFree = false;
  /** Ticks of messages, oldest first, and all bytes up to each. */
  readonly #ticks: number[] = [];
  readonly #totals: number[] = [];
  /** Of the last receipt; below 0: there was none. */
  #doneTick = -1;
  #doneAtMs = 0;

  /** A message of this tick was sent; `totalBytes` with it, since the link began or before. */
  sent(tick: number, totalBytes: number): void {
    this.#ticks.push(tick);
    this.#totals.push(totalBytes);
    if (this.#ticks.length <= MESSAGES_MAX) return;
    this.#ticks.splice(0, MESSAGES_MAX / 2);
    this.#totals.splice(0, MESSAGES_MAX / 2);
  }

  /** A receipt for `tick` came, so late (as LagMeters say). True when `bytesPerSecondMax` has changed, or the link is free. */
  received(tick: number, lagMs: number, nowMs: number): boolean {
    const before = this.bytesPerSecondMax;
    const tookMs = nowMs - this.#doneAtMs;
    if (lagMs <= SLOW_LINK_LAG_MS) this.#release();
    else if (this.#doneTick >= 0 && tookMs > 0) {
      const bytes = this.#totalAt(tick) - this.#totalAt(this.#doneTick);
      if (bytes >= 0) this.#hold((1000 * bytes) / tookMs);
    }
    this.#doneTick = tick;
    this.#doneAtMs = nowMs;
    return this.isFree || this.bytesPerSecondMax !== before;
  }

  /** All bytes up to a tick; NaN: nothing is known yet. */
  #totalAt(tick: number): number {
    const ticks = this.#ticks;
    const totals = this.#totals;
    let at = ticks.length - 1;
    while (at >= 0 && ticks[at]! > tick) at--;
    if (at >= 0) return totals[at]!;
    const perTick = (totals.at(-1)! - totals[0]!) / (ticks.at(-1)! - ticks[0]!);
    return totals[0]! - (ticks[0]! - tick) * perTick;
  }

  #hold(bytesPerSecond: number): void {
    const before = this.bytesPerSecondMax;
    const seen = SHARE * bytesPerSecond;
    this.bytesPerSecondMax = Math.max(
      BYTES_PER_SECOND_MIN,
      before === Number.POSITIVE_INFINITY ? seen : (before + seen) / 2,
    );
  }

  #release(): void {
    if (this.bytesPerSecondMax < FREE_BYTES_PER_SECOND) this.bytesPerSecondMax *= GROWTH;
    else {
      this.bytesPerSecondMax = Number.POSITIVE_INFINITY;
      this.isFree = true;
    }
  }
}

/** Receipts come at least every 250 ms; with a slow round trip besides, later ones speak of a queue. Half of what frames are held back at. */
export const SLOW_LINK_LAG_MS = 750;
/** Of what the link carries: the rest lets its queue run empty. */
const SHARE = 0.85;
/** At each receipt in time, four a second at most: doubled in two seconds. */
const GROWTH = 1.1;
/** A link of 16 megabits a second is no limit. */
const FREE_BYTES_PER_SECOND = 2 * 1024 * 1024;
/** As many as a client may be behind (`lagMsHard`) at 20 Hz, and more. */
const MESSAGES_MAX = 512;
