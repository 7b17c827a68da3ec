import type { ErrorContextOf, SubscriptionEventContextOf } from './event-context.ts';
import type { ModuleTypes } from './module-types.ts';
import type { SubscribeInput } from './query-input.ts';
import type { SubscriptionHandle } from './subscription-handle.ts';

/** Collects the callbacks of a subscription and starts it. */
export class SubscriptionBuilder<M extends ModuleTypes> {
  readonly #start: StartSubscription<M>;
  #onApplied: ((context: SubscriptionEventContextOf<M>) => void) | null = null;
  #onError: ((context: ErrorContextOf<M>, error: Error) => void) | null = null;

  constructor(start: StartSubscription<M>) {
    this.#start = start;
  }

  /** Called once, when the first rows of all queries are in the cache. */
  onApplied(callback: (context: SubscriptionEventContextOf<M>) => void): this {
    this.#onApplied = callback;
    return this;
  }

  /**
   * Called when the subscription was refused or can go on no more; others are not touched by that. Without a callback a refusal goes to
   * the connection's error handler (console.error), in Node and in browsers.
   */
  onError(callback: (context: ErrorContextOf<M>, error: Error) => void): this {
    this.#onError = callback;
    return this;
  }

  subscribe(queries: SubscribeInput<M['tables']>): SubscriptionHandle<M> {
    return this.#start(queries, this.#onApplied, this.#onError);
  }

  /** Every table that the generated code knows. Of spatial tables: what lies in the area of interest. */
  subscribeToAllTables(): SubscriptionHandle<M> {
    return this.#start(null, this.#onApplied, this.#onError);
  }
}

export type StartSubscription<M extends ModuleTypes> = (
  queries: SubscribeInput<M['tables']> | null,
  onApplied: ((context: SubscriptionEventContextOf<M>) => void) | null,
  onError: ((context: ErrorContextOf<M>, error: Error) => void) | null,
) => SubscriptionHandle<M>;
