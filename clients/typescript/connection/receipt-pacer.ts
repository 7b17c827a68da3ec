import type { ConnectionEnvironment } from './connection-environment.ts';

/** Four a second at most. */
const RECEIPT_PERIOD_MS = 250;

/**
 * When a client that has nothing to say acknowledges what it applied: with the message that arrives, because browsers slow
 * the timers of hidden pages down; what came too soon for that is acknowledged by a timer. One that has much to say leaves the timer as it is:
 * it looks, when it is due, whether there is anything left to acknowledge.
 */
export class ReceiptPacer {
  readonly #environment: ConnectionEnvironment;
  readonly #sendReceipt: () => void;
  #appliedTick = 0;
  #sentTick = 0;
  #sentAtMs = Number.NEGATIVE_INFINITY;
  #cancelTimer: (() => void) | null = null;

  constructor(environment: ConnectionEnvironment, sendReceipt: () => void) {
    this.#environment = environment;
    this.#sendReceipt = sendReceipt;
  }

  /** A server message was applied up to `tick`. */
  applied(tick: number): void {
    this.#appliedTick = tick;
    this.#look();
  }

  /** A message that carried this receipt left. */
  sent(tick: number): void {
    this.#sentTick = tick;
    this.#sentAtMs = this.#environment.nowMs();
  }

  /** For a new session, whose ticks count anew. */
  reset(): void {
    this.#appliedTick = 0;
    this.#sentTick = 0;
    this.#sentAtMs = Number.NEGATIVE_INFINITY;
    this.stop();
  }

  stop(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }

  #look(): void {
    if (this.#appliedTick <= this.#sentTick) return;
    const waitMs = this.#sentAtMs + RECEIPT_PERIOD_MS - this.#environment.nowMs();
    if (waitMs <= 0) this.#sendReceipt();
    else {
      this.#cancelTimer ??= this.#environment.setTimer(waitMs, () => {
        this.#cancelTimer = null;
        this.#look();
      });
    }
  }
}
