import { FLOOD_FACTOR } from './gateway-limits.ts';

/** A token bucket with a second, FLOOD_FACTOR times as large, behind it. Times are those of the gateway's clock, in ms. */
export class RateBudget {
  #left: number;
  #floodLeft: number;
  #atMs: number;
  readonly #perMs: number;
  readonly #burst: number;

  constructor(perSecond: number, burst: number, nowMs: number) {
    this.#perMs = perSecond / 1_000;
    this.#burst = burst;
    this.#left = burst;
    this.#floodLeft = burst * FLOOD_FACTOR;
    this.#atMs = nowMs;
  }

  /** Takes `cost` if it is there. What is refused is not taken, but counts towards a flood. */
  take(cost: number, nowMs: number): RateVerdict {
    const gained = Math.max(0, nowMs - this.#atMs) * this.#perMs;
    this.#atMs = nowMs;
    this.#left = Math.min(this.#burst, this.#left + gained);
    this.#floodLeft = Math.min(this.#burst * FLOOD_FACTOR, this.#floodLeft + gained * FLOOD_FACTOR);
    if (this.#floodLeft < cost) return RATE_FLOOD;
    this.#floodLeft -= cost;
    if (this.#left < cost) return RATE_OVER;
    this.#left -= cost;
    return RATE_WITHIN;
  }
}

export type RateVerdict = typeof RATE_WITHIN | typeof RATE_OVER | typeof RATE_FLOOD;

export const RATE_WITHIN = 0;
export const RATE_OVER = 1;
export const RATE_FLOOD = 2;
