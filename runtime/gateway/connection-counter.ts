import type { GatewayLimits } from './gateway-limits.ts';

/** Open sockets in all and by remote address; of IPv6 addresses the first 64 bits count, which one customer has whole. */
export class ConnectionCounter {
  count = 0;
  readonly #byAddress = new Map<string, number>();
  readonly #limits: GatewayLimits;

  constructor(limits: GatewayLimits) {
    this.#limits = limits;
  }

  /** Counts one more, or says which limit forbids it. */
  enter(address: string): string | null {
    const limits = this.#limits;
    if (this.count >= limits.connectionsMax) {
      return `the server has ${limits.connectionsMax} connections (connectionsMax)`;
    }
    const key = addressKey(address);
    const here = this.#byAddress.get(key) ?? 0;
    const isLoopback = isLoopbackKey(key);
    const hereMax = isLoopback ? limits.connectionsPerLoopbackMax : limits.connectionsPerAddressMax;
    if (here >= hereMax) {
      const name = isLoopback ? 'connectionsPerLoopbackMax' : 'connectionsPerAddressMax';
      return `this address has ${hereMax} connections (${name})`;
    }
    this.#byAddress.set(key, here + 1);
    this.count++;
    return null;
  }

  leave(address: string): void {
    const key = addressKey(address);
    const here = this.#byAddress.get(key) ?? 0;
    if (here <= 1) this.#byAddress.delete(key);
    else this.#byAddress.set(key, here - 1);
    this.count--;
  }
}

/** What counts as one address. */
export function addressKey(address: string): string {
  const groups = address.split(':');
  return groups.length === 8 ? groups.slice(0, 4).join(':') : address;
}

export function isLoopbackKey(key: string): boolean {
  return key === '::1' || key.startsWith('127.');
}
