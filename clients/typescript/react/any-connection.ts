import type { ConnectionId, Identity } from '@tickbase/schema/values';
import type { LeaveReason } from '../cache/row-change.ts';
import type { Row } from '../cache/row.ts';
import type { ConnectionState } from '../connection/connection-state.ts';

/** What the hooks use of a connection, whatever its module. */
export interface AnyConnection {
  /** Of AnyTable, by accessor. */
  readonly db: unknown;
  /** Of functions, by accessor. */
  readonly reducers: unknown;
  readonly state: ConnectionState;
  readonly isActive: boolean;
  readonly identity: Identity | undefined;
  readonly token: string | undefined;
  readonly connectionId: ConnectionId | undefined;
  readonly error: Error | undefined;
  subscriptionBuilder(): AnySubscriptionBuilder;
  onStateChange(callback: (state: ConnectionState) => void): void;
  removeOnStateChange(callback: (state: ConnectionState) => void): void;
  onTransaction(callback: () => void): void;
  disconnect(): void;
}

/** A builder of such a connection: the generated `DbConnection.builder()`, with its address and name. */
export interface AnyConnectionBuilder {
  withPersistence(persists: boolean): unknown;
  withToken(token: string): unknown;
  build(): AnyConnection;
}

interface AnySubscriptionBuilder {
  onApplied(callback: () => void): AnySubscriptionBuilder;
  onError(callback: (context: unknown, error: Error) => void): AnySubscriptionBuilder;
  subscribe(query: string): AnySubscription;
}

export interface AnySubscription {
  isEnded(): boolean;
  unsubscribe(): void;
}

/** What the hooks use of `conn.db.<table>`. Event tables have onInsert alone, and tables without a primary key no updates. */
export interface AnyTable {
  iter(): Iterable<Row>;
  onInsert(callback: (context: unknown, row: Row) => void): void;
  onUpdate(callback: (context: unknown, before: Row, after: Row) => void): void;
  onDelete(callback: (context: unknown, row: Row, reason: LeaveReason) => void): void;
}
