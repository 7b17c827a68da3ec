import type { Clock } from '@tickbase/base';
import { type InboxEntry, type InboxItem, type InboxWriter, itemsOf, type TickClient } from '../tick/index.ts';
import type { GatewayLimits } from './gateway-limits.ts';
import type { LinkRefusal } from './link-refusal.ts';

/**
 * Lets clients join at a bounded rate, since what a join costs comes all at once: a hook of the module, subscriptions, first copies. Stands
 * before the inbox. Who comes too soon waits with all that it sends, first come first served, and who would wait too long is told to come
 * back later. Clients that are in, and those that resume, pass.
 */
export class JoinQueue implements InboxWriter {
  /** Who is to wait although there is room. */
  holdsBack: (client: TickClient) => boolean = () => false;
  readonly #inbox: InboxWriter;
  readonly #clock: Pick<Clock, 'nowMs'>;
  readonly #limits: Pick<GatewayLimits, 'joinsPerSecond' | 'joinWaitMsMax'>;
  /** By client, oldest first: what it has sent, its connect before all. */
  readonly #waiting = new Map<TickClient, InboxEntry[]>();
  #perSecond: number;
  /** Clients that may join at once; refilled up to those of a second. */
  #budget: number;
  #refilledMs: number;

  constructor(
    inbox: InboxWriter,
    clock: Pick<Clock, 'nowMs'>,
    limits: Pick<GatewayLimits, 'joinsPerSecond' | 'joinWaitMsMax'>,
  ) {
    this.#inbox = inbox;
    this.#clock = clock;
    this.#limits = limits;
    this.#perSecond = limits.joinsPerSecond;
    this.#budget = this.#perSecond;
    this.#refilledMs = clock.nowMs();
  }

  get waitingCount(): number {
    return this.#waiting.size;
  }

  /** From now on `share` of the limit is let in. */
  pace(share: number): void {
    this.#refill();
    this.#perSecond = Math.max(1, this.#limits.joinsPerSecond * share);
    this.#budget = Math.min(this.#budget, this.#perSecond);
  }

  push(entry: InboxEntry): void {
    const entries = this.#waiting.size === 0 ? undefined : this.#waiting.get(entry.client);
    if (entries !== undefined) entries.push(entry);
    else if (entry.kind !== 'connect' || this.#letsIn(entry.client)) this.#inbox.push(entry);
    else this.#waiting.set(entry.client, [entry]);
  }

  /** Why a further client cannot wait; null: it can. */
  refusal(): LinkRefusal | null {
    const waitMs = (this.#waiting.size / this.#perSecond) * 1000;
    if (waitMs <= this.#limits.joinWaitMsMax) return null;
    const seconds = Math.ceil(waitMs / 1000);
    const awayMs = Math.min(Math.max(1000, Math.round(waitMs / 2)), AWAY_MS_MAX);
    const message = `${this.#waiting.size} clients wait for their turn, ${seconds} s in all; come back in ${awayMs} ms`;
    return { close: 'OVERLOADED', code: 'TOO_MANY_JOINS', message };
  }

  /** Lets in whose turn it is. Between ticks, some times a second at least. */
  admit(): void {
    if (this.#waiting.size === 0) return;
    this.#refill();
    for (const [client, entries] of this.#waiting) {
      if (this.#budget < 1) return;
      if (this.holdsBack(client)) continue;
      this.#budget--;
      this.#waiting.delete(client);
      for (const entry of entries) this.#inbox.push(entry);
    }
  }

  /** The client has gone. True: it waited, and the tick never hears of it. */
  withdraw(client: TickClient): boolean {
    return this.#waiting.delete(client);
  }

  /** Puts what `translate` says in the place of each item that waits; null: it waits no longer. Between ticks. */
  translate(translate: (item: InboxItem) => InboxItem | null): void {
    for (const [client, entries] of this.#waiting) {
      const items = itemsOf(entries).map(translate);
      this.#waiting.set(
        client,
        items.filter((item) => item !== null),
      );
    }
  }

  #letsIn(client: TickClient): boolean {
    if (this.#waiting.size > 0 || this.holdsBack(client)) return false;
    this.#refill();
    if (this.#budget < 1) return false;
    this.#budget--;
    return true;
  }

  #refill(): void {
    const nowMs = this.#clock.nowMs();
    const passedMs = nowMs - this.#refilledMs;
    this.#budget = Math.min(this.#perSecond, this.#budget + (passedMs / 1000) * this.#perSecond);
    this.#refilledMs = nowMs;
  }
}

const AWAY_MS_MAX = 60_000;
