const FIRST_DELAY_MS = 250;
const DELAY_MS_MAX = 10_000;

/** How long to wait before the next attempt: doubling, and spread over half its length so that clients do not come back in step. */
export class Backoff {
  readonly #random: () => number;
  #failures = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  nextDelayMs(): number {
    const delayMs = Math.min(DELAY_MS_MAX, FIRST_DELAY_MS * 2 ** this.#failures);
    this.#failures++;
    return delayMs * (0.5 + 0.5 * this.#random());
  }

  reset(): void {
    this.#failures = 0;
  }
}
