import type { ClientEvent } from './client-event.ts';
import type { ModuleTypes } from './module-types.ts';
import type { SubscriptionBuilder } from './subscription-builder.ts';

/** What every callback gets first. */
export interface EventContextOf<M extends ModuleTypes> {
  readonly db: M['db'];
  readonly reducers: M['reducers'];
  readonly isActive: boolean;
  readonly event: ClientEvent;
  subscriptionBuilder(): SubscriptionBuilder<M>;
}

/** The context of something that failed. */
export interface ErrorContextOf<M extends ModuleTypes> extends EventContextOf<M> {
  readonly event: Extract<ClientEvent, { tag: 'Error' }>;
}

/** The context of a subscription that is complete, or has ended. */
export interface SubscriptionEventContextOf<M extends ModuleTypes> extends EventContextOf<M> {
  readonly event: Extract<ClientEvent, { tag: 'SubscribeApplied' | 'UnsubscribeApplied' }>;
}

/** The context of rows that an own call changed. */
export interface ReducerEventContextOf<M extends ModuleTypes> extends EventContextOf<M> {
  readonly event: Extract<ClientEvent, { tag: 'Reducer' }>;
}
