/** What is shown is this much older than what is known, so that the next position is nearly always there already. */
const DELAY_MS = 100;
/** How fast the estimate may lengthen again after a fast message, in milliseconds per second. */
const DRIFT_MS_PER_S = 4;

/**
 * Follows the server's time from the ticks that arrive. The message that travelled fastest tells the truth best, so the
 * smallest distance counts, and loses its hold slowly.
 */
export class WorldClock {
  #offsetMs: number | null = null;
  #heardMs = 0;

  /** A message with a tick's values arrived now. Times in milliseconds, each of its own clock. */
  hear(tickTimeMs: number, nowMs: number): void {
    const offsetMs = nowMs - tickTimeMs;
    if (this.#offsetMs === null || Math.abs(offsetMs - this.#offsetMs) > 2000) this.#offsetMs = offsetMs;
    else {
      const drifted = this.#offsetMs + ((nowMs - this.#heardMs) / 1000) * DRIFT_MS_PER_S;
      this.#offsetMs = Math.min(offsetMs, drifted);
    }
    this.#heardMs = nowMs;
  }

  /** The moment of the server's time to show now; 0 before the first message. */
  shownMs(nowMs: number): number {
    return this.#offsetMs === null ? 0 : nowMs - this.#offsetMs - DELAY_MS;
  }
}
