import type { Timestamp } from '@tickbase/schema/values';

/** Why a callback runs. */
export type ClientEvent =
  /** An own call is answered by the section that brings the change. */
  | { readonly tag: 'Reducer'; readonly value: ReducerEvent }
  | { readonly tag: 'Transaction' }
  | { readonly tag: 'SubscribeApplied' }
  | { readonly tag: 'UnsubscribeApplied' }
  | { readonly tag: 'Error'; readonly value: Error };

export interface ReducerEvent {
  /** The reducer's accessor and the arguments as they were given. */
  readonly reducer: { readonly name: string; readonly args: unknown };
  readonly status: { readonly tag: 'Committed' } | { readonly tag: 'Failed'; readonly value: string };
  /** When the tick of the call began. */
  readonly timestamp: Timestamp;
}
