import { grownTo } from '@tickbase/base';
import { FLOOD_FACTOR, type GatewayLimits } from './gateway-limits.ts';

/**
 * Every client's token buckets, each with a second, FLOOD_FACTOR times as large, behind it: for messages, bytes and calls. Times are
 * those of the gateway's clock, in ms. All numbers that a message changes are one line. A client is named by its place, see SessionPlaces.
 */
export class RateBudgets {
  /** f64[LINE * places]: by RATE_*, what is left and what is left before a flood; then when that was, and which share of the rates it has. */
  #lines = new Float64Array(LINE * PLACES_FIRST);
  /** See ratesOf. */
  readonly #rates: Float64Array;

  constructor(rates: Float64Array) {
    this.#rates = rates;
  }

  /** A client begins at this place, with all that a burst may take. */
  open(place: number, nowMs: number): void {
    this.#lines = grownTo(this.#lines, LINE * (place + 1));
    const line = LINE * place;
    for (let rate = 0; rate < RATE_COUNT; rate++) {
      const burst = this.#rates[2 * rate + 1]!;
      this.#lines[line + 2 * rate] = burst;
      this.#lines[line + 2 * rate + 1] = burst * FLOOD_FACTOR;
    }
    this.#lines[line + AT_MS] = nowMs;
    this.#lines[line + SHARE] = 1;
  }

  /** From now on the client at this place has `share` (above 0, 1 at most) of the rates. */
  share(place: number, share: number): void {
    this.#lines[LINE * place + SHARE] = share;
  }

  /** Takes `cost` of a RATE_* if it is there. What is refused is not taken, but counts towards a flood. */
  take(place: number, rate: number, cost: number, nowMs: number): RateVerdict {
    const lines = this.#lines;
    const line = LINE * place;
    if (nowMs !== lines[line + AT_MS]) this.#refill(line, nowMs);
    const at = line + 2 * rate;
    if (lines[at + 1]! < cost) return RATE_FLOOD;
    lines[at + 1]! -= cost;
    if (lines[at]! < cost) return RATE_OVER;
    lines[at]! -= cost;
    return RATE_WITHIN;
  }

  /** `take` would say RATE_WITHIN. */
  has(place: number, rate: number, cost: number, nowMs: number): boolean {
    const lines = this.#lines;
    const line = LINE * place;
    if (nowMs !== lines[line + AT_MS]) this.#refill(line, nowMs);
    const at = line + 2 * rate;
    return lines[at]! >= cost && lines[at + 1]! >= cost;
  }

  #refill(line: number, nowMs: number): void {
    const lines = this.#lines;
    const rates = this.#rates;
    const passedMs = Math.max(0, nowMs - lines[line + AT_MS]!);
    const share = lines[line + SHARE]!;
    lines[line + AT_MS] = nowMs;
    for (let at = 0; at < 2 * RATE_COUNT; at += 2) {
      const gained = passedMs * rates[at]! * share;
      const burst = rates[at + 1]! * share;
      lines[line + at] = Math.min(burst, lines[line + at]! + gained);
      lines[line + at + 1] = Math.min(burst * FLOOD_FACTOR, lines[line + at + 1]! + gained * FLOOD_FACTOR);
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
const SHARE = AT_MS + 1;
const LINE = 8;
const PLACES_FIRST = 16;

export type RateVerdict = typeof RATE_WITHIN | typeof RATE_OVER | typeof RATE_FLOOD;

export const RATE_WITHIN = 0;
export const RATE_OVER = 1;
export const RATE_FLOOD = 2;
