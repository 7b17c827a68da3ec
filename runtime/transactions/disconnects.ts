import type { DisconnectOrder } from './world.ts';

/**
 * Connections that the module ends: those of the open transaction are kept when it commits, and forgotten when it is undone. Each step may be stopped at any
 * place and be run again.
 */
export class Disconnects {
  #orders: DisconnectOrder[] = [];
  #keptCount = 0;

  get keptCount(): number {
    return this.#keptCount;
  }

  ask(order: DisconnectOrder): void {
    this.#orders.push(order);
  }

  commit(): void {
    this.#keptCount = this.#orders.length;
  }

  rollBack(): void {
    if (this.#orders.length > this.#keptCount) this.#orders.length = this.#keptCount;
  }

  /** What was kept, in the order in which it was asked for. */
  take(): readonly DisconnectOrder[] {
    const orders = this.#orders;
    this.#keptCount = 0;
    this.#orders = [];
    return orders;
  }
}
