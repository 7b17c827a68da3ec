import { TickbaseError } from '@tickbase/base';
import type { QuerySet } from '../connection/query-sets.ts';
import type { SubscriptionEventContextOf } from './event-context.ts';
import type { ModuleTypes } from './module-types.ts';

/** A subscription in the hands of its maker. */
export class SubscriptionHandle<M extends ModuleTypes> {
  readonly #port: SubscriptionPort<M>;
  #isUnsubscribed = false;

  constructor(port: SubscriptionPort<M>) {
    this.#port = port;
  }

  /** Its rows are in the cache and kept up to date. */
  isActive(): boolean {
    return !this.#isUnsubscribed && this.#port.set().phase === 'active';
  }

  /** Nothing comes from it any more: it was left, refused, or the connection is closed. */
  isEnded(): boolean {
    return this.#port.set().phase === 'ended';
  }

  /** Throws when it has ended or is ending. Rows that no other subscription covers leave the cache. */
  unsubscribe(): void {
    this.#leave(null);
  }

  /** Also calls back when its rows have left. */
  unsubscribeThen(callback: (context: SubscriptionEventContextOf<M>) => void): void {
    this.#leave(callback);
  }

  #leave(callback: ((context: SubscriptionEventContextOf<M>) => void) | null): void {
    if (this.#isUnsubscribed || this.isEnded()) {
      throw new TickbaseError({
        code: 'UNSUBSCRIBED_TWICE',
        what: 'the subscription has ended or is ending',
        where: this.#port.set().queries.join('; '),
        mend: 'check isEnded() first, or keep the handle in one place',
      });
    }
    this.#isUnsubscribed = true;
    this.#port.leave(callback);
  }
}

export interface SubscriptionPort<M extends ModuleTypes> {
  set(): QuerySet;
  leave(callback: ((context: SubscriptionEventContextOf<M>) => void) | null): void;
}
