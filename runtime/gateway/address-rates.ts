import { addressKey, isLoopbackKey } from './connection-counter.ts';

/**
 * A budget for each remote address, of `burst`, refilled by `perSecond`; of IPv6 the first 64 bits count. This machine has a thousand times as much: tools and proxies
 * come from here. Bounded: an address of which nothing was heard for the longest is forgotten first, and begins anew.
 */
export class AddressRates {
  readonly #perSecond: number;
  readonly #burst: number;
  /** By address, the one that was heard of last at the end. */
  readonly #budgets = new Map<string, { left: number; atMs: number }>();

  constructor(perSecond: number, burst: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
  }

  /** Takes `cost` if it is there. `nowMs`: a monotonic clock. */
  take(address: string, cost: number, nowMs: number): boolean {
    const key = addressKey(address);
    const scale = isLoopbackKey(key) ? LOOPBACK_SCALE : 1;
    const burst = this.#burst * scale;
    const budget = this.#budgets.get(key) ?? { left: burst, atMs: nowMs };
    budget.left = Math.min(burst, budget.left + ((nowMs - budget.atMs) / 1_000) * this.#perSecond * scale);
    budget.atMs = nowMs;
    this.#budgets.delete(key);
    this.#budgets.set(key, budget);
    if (this.#budgets.size > ADDRESSES_MAX) this.#budgets.delete(this.#budgets.keys().next().value!);
    if (budget.left < cost) return false;
    budget.left -= cost;
    return true;
  }
}

const LOOPBACK_SCALE = 1_000;
/** About 100 bytes each. */
const ADDRESSES_MAX = 65_536;
