/** What is shown is this much older than what is known, so that the next position is nearly always there already. */
const DELAY_MS = 100;
/** So many messages are looked back at. */
const HEARD_COUNT = 40;
/** How fast the estimate follows a server that fell behind, so that nothing jumps. */
const FOLLOW_MS = 500;
/** Beyond this the server is another one, or it stood still. */
const LOST_MS = 2000;

/**
 * Follows the server's time from the ticks that arrive. The message that travelled fastest tells the truth best, so the smallest
 * distance of the last messages counts. A server that leaves out ticks grows all of them, and is followed within seconds.
 */
export class WorldClock {
  #heardOffsetsMs: number[] = [];
  #offsetMs: number | null = null;
  #heardMs = 0;

  /** A message with a tick's values arrived now. Times in milliseconds, each of its own clock. */
  hear(tickTimeMs: number, nowMs: number): void {
    const offsetMs = nowMs - tickTimeMs;
    if (this.#offsetMs === null || Math.abs(offsetMs - this.#offsetMs) > LOST_MS) {
      this.#offsetMs = offsetMs;
      this.#heardOffsetsMs.length = 0;
    }
    this.#heardOffsetsMs.push(offsetMs);
    if (this.#heardOffsetsMs.length > HEARD_COUNT) this.#heardOffsetsMs.shift();
    const awayMs = Math.min(...this.#heardOffsetsMs) - this.#offsetMs;
    this.#offsetMs += awayMs < 0 ? awayMs : awayMs * Math.min(1, (nowMs - this.#heardMs) / FOLLOW_MS);
    this.#heardMs = nowMs;
  }

  /** The moment of the server's time to show now; 0 before the first message. */
  shownMs(nowMs: number): number {
    return this.#offsetMs === null ? 0 : nowMs - this.#offsetMs - DELAY_MS;
  }
}
