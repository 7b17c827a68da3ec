/**
 * Whether messages come so thick that a world of a fixed rate is to look at its sockets from time to time only. The kernel wakes a process for each
 * message that comes while it sleeps, which costs more than to read it; a tick takes what has come by then anyway.
 */
export class MessagePace {
  #isDense = false;
  #count = 0;
  #atMs = Number.NEGATIVE_INFINITY;

  get isDense(): boolean {
    return this.#isDense;
  }

  /** `count`: messages so far. Once a tick. */
  note(count: number, nowMs: number): void {
    this.#isDense = count - this.#count >= (nowMs - this.#atMs) * MESSAGES_PER_MS;
    this.#count = count;
    this.#atMs = nowMs;
  }
}

/** To wake as often took a percent of a core (`npm run bench -- fanout`, docs/decisions/0010-fan-out-hot-path.md). */
const MESSAGES_PER_MS = 2;
