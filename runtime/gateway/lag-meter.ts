/**
 * How long a client takes to confirm what it was sent, from one marked tick at a time: it reads between 0 and the true
 * delay, and reaches the true delay just before each receipt. The kernel's send buffer hides a slow link; this does not.
 */
export class LagMeter {
  #sentTick = 0;
  #receivedTick = -1;
  #markTick = -1;
  #markedAtMs = 0;

  sent(tick: number, nowMs: number): void {
    this.#sentTick = tick;
    // A further section of a tick that was confirmed already brings no receipt of its own.
    if (this.#markTick >= 0 || tick <= this.#receivedTick) return;
    this.#markTick = tick;
    this.#markedAtMs = nowMs;
  }

  /** Returns how long the marked tick has taken, in ms, if this receipt covers it; else -1. */
  received(tick: number, nowMs: number): number {
    this.#receivedTick = Math.max(this.#receivedTick, tick);
    if (this.#markTick < 0 || tick < this.#markTick) return -1;
    const tookMs = nowMs - this.#markedAtMs;
    this.#markTick = tick >= this.#sentTick ? -1 : this.#sentTick;
    this.#markedAtMs = nowMs;
    return tookMs;
  }

  lagMs(nowMs: number): number {
    return this.#markTick < 0 ? 0 : nowMs - this.#markedAtMs;
  }

  /** A new socket starts without a debt. */
  reset(): void {
    this.#markTick = -1;
    this.#receivedTick = -1;
  }
}
