/**
 * Tells when scratch memory that one large tick needed may go: when many uses in a row needed far less. Not at once, for a system that runs
 * every other tick would have its memory made anew each time.
 */
export class SlackGauge {
  #slackUses = 0;

  /** To be asked once for each use. `used` and `capacity` in the same unit. */
  isSlack(used: number, capacity: number): boolean {
    if (capacity <= CAPACITY_KEPT || used * 4 > capacity) {
      this.#slackUses = 0;
      return false;
    }
    this.#slackUses++;
    if (this.#slackUses < SLACK_USES_MAX) return false;
    this.#slackUses = 0;
    return true;
  }
}

/** What is kept in any case: entries, rows or bytes. */
export const CAPACITY_KEPT = 4096;
const SLACK_USES_MAX = 64;
