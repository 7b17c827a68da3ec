/**
 * Whether a world with `tickRate: 0` wakes so often that it is to gather. A wake-up costs some 20 to 50 microseconds however little it does: a
 * visit to the module's context has a time limit, and each client gets a message of its own. With a call here and there nobody feels that; under a
 * flood it would be most of what the server does, while a sync of the disk, which the answers wait for anyway, takes about as long as the gathering.
 */
export class WakePace {
  /** Wake-ups above the rate, as of `#atMs`. */
  #level = 0;
  #atMs = 0;

  /** A wake-up begins. */
  note(nowMs: number): void {
    this.#drain(nowMs);
    this.#level++;
  }

  isDense(nowMs: number): boolean {
    this.#drain(nowMs);
    return this.#level > WAKES_BURST;
  }

  #drain(nowMs: number): void {
    this.#level = Math.max(0, this.#level - (nowMs - this.#atMs) * WAKES_PER_MS);
    this.#atMs = nowMs;
  }
}

/** At this rate wake-ups take a few percent of a core. */
const WAKES_PER_MS = 0.5;
/** So many may follow one another at once. */
const WAKES_BURST = 16;
