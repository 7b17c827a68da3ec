import { FLOOD_FACTOR, type GatewayLimits } from './gateway-limits.ts';

/**
 * One client's token buckets, each with a second, FLOOD_FACTOR times as large, behind it: for messages, bytes and calls. Times are
 * those of the gateway's clock, in ms. All numbers that a message changes lie side by side.
 */
export class RateBudgets {
  /**
   * f64[2 * RATE_COUNT + 1]: by RATE_*, what is left and what is left before a flood; then when that was. No more than 64 bytes, which
   * the engine keeps beside its objects.
   */
  readonly #left = new Float64Array(2 * RATE_COUNT + 1);
  /** See ratesOf. */
  readonly #rates: Float64Array;

  constructor(rates: Float64Array, nowMs: number) {
    this.#rates = rates;
    for (let rate = 0; rate < RATE_COUNT; rate++) {
      const burst = rates[2 * rate + 1]!;
      this.#left[2 * rate] = burst;
      this.#left[2 * rate + 1] = burst * FLOOD_FACTOR;
    }
    this.#left[AT_MS] = nowMs;
  }

  /** Takes `cost` of a RATE_* if it is there. What is refused is not taken, but counts towards a flood. */
  take(rate: number, cost: number, nowMs: number): RateVerdict {
    const left = this.#left;
    if (nowMs !== left[AT_MS]) this.#refill(nowMs);
    const at = 2 * rate;
    if (left[at + 1]! < cost) return RATE_FLOOD;
    left[at + 1]! -= cost;
    if (left[at]! < cost) return RATE_OVER;
    left[at]! -= cost;
    return RATE_WITHIN;
  }

  #refill(nowMs: number): void {
    const left = this.#left;
    const rates = this.#rates;
    const passedMs = Math.max(0, nowMs - left[AT_MS]!);
    left[AT_MS] = nowMs;
    for (let at = 0; at < 2 * RATE_COUNT; at += 2) {
      const gained = passedMs * rates[at]!;
      const burst = rates[at + 1]!;
      left[at] = Math.min(burst, left[at]! + gained);
      left[at + 1] = Math.min(burst * FLOOD_FACTOR, left[at + 1]! + gained * FLOOD_FACTOR);
    }
  }
}

/** f64[2 * RATE_COUNT]: by RATE_*, how much a millisecond gives back, and the burst. */
export function ratesOf(limits: GatewayLimits): Float64Array {
  const { messagesPerSecond, messagesBurst, bytesPerSecond, bytesBurst, callsPerSecond, callsBurst } = limits;
  return Float64Array.of(
    messagesPerSecond / 1_000,
    messagesBurst,
    bytesPerSecond / 1_000,
    bytesBurst,
    callsPerSecond / 1_000,
    callsBurst,
  );
}

export const RATE_MESSAGES = 0;
export const RATE_BYTES = 1;
export const RATE_CALLS = 2;
const RATE_COUNT = 3;
const AT_MS = 2 * RATE_COUNT;

export type RateVerdict = typeof RATE_WITHIN | typeof RATE_OVER | typeof RATE_FLOOD;

export const RATE_WITHIN = 0;
export const RATE_OVER = 1;
export const RATE_FLOOD = 2;
