import type { ConnectionEnvironment } from './connection-environment.ts';

/** Four a second at most. */
const RECEIPT_PERIOD_MS = 250;

/**
 * When a client that has nothing to say acknowledges what it applied: with the message that arrives, because browsers slow
 * the timers of hidden pages down; what came too soon for that is acknowledged by a timer.
 */
export class ReceiptPacer {
  readonly #environment: ConnectionEnvironment;
  readonly #sendReceipt: () => void;
  #sentTick = 0;
  #sentAtMs = Number.NEGATIVE_INFINITY;
  #cancelTimer: (() => void) | null = null;

  constructor(environment: ConnectionEnvironment, sendReceipt: () => void) {
    this.#environment = environment;
    this.#sendReceipt = sendReceipt;
  }

  /** A server message was applied up to `tick`. */
  applied(tick: number): void {
    if (tick <= this.#sentTick) return;
    const waitMs = this.#sentAtMs + RECEIPT_PERIOD_MS - this.#environment.nowMs();
    if (waitMs <= 0) this.#sendReceipt();
    else {
      this.#cancelTimer ??= this.#environment.setTimer(waitMs, () => {
        this.#cancelTimer = null;
        this.#sendReceipt();
      });
    }
  }

  /** A message that carried this receipt left. */
  sent(tick: number): void {
    this.#sentTick = tick;
    this.#sentAtMs = this.#environment.nowMs();
    this.stop();
  }

  /** For a new session, whose ticks count anew. */
  reset(): void {
    this.#sentTick = 0;
    this.#sentAtMs = Number.NEGATIVE_INFINITY;
    this.stop();
  }

  stop(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }
}
