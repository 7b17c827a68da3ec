import type { SectionHead } from '@tickbase/protocol';
import type { RowChange } from '../cache/row-change.ts';
import type { PendingCall } from './pending-call.ts';
import type { ConnectionState } from './connection-state.ts';

/** What a connection tells the interface above it. What these throw is the listener's own affair: it must not throw. */
export interface ConnectionListener {
  stateChanged(state: ConnectionState): void;
  /** Once: the first handshake is done. */
  connected(): void;
  /** Once, instead of `connected`. */
  connectFailed(error: Error): void;
  /** Once, after `connected`. Null: by `disconnect`. */
  disconnected(error: Error | null): void;
  /** A section was applied whole. */
  applied(news: AppliedSection): void;
}

export interface AppliedSection {
  readonly head: SectionHead;
  readonly changes: readonly RowChange[];
  /** Own calls that it answers; each has its result. */
  readonly answers: readonly PendingCall[];
  readonly hasApplied: boolean;
  readonly hasEnded: boolean;
}
