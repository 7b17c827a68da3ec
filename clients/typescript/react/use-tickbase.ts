import { useSyncExternalStore } from 'react';
import { useSharedConnection } from './provider-context.ts';
import type { TickbaseStatus } from './shared-connection.ts';

/**
 * The state of the provider's connection, and by `getConnection()` the connection itself: `useTickbase<DbConnection>()` tells its type. The
 * component renders again when the state changes, not when rows do.
 */
export function useTickbase<Connection = unknown>(): TickbaseStatus<Connection> {
  const shared = useSharedConnection();
  return useSyncExternalStore(shared.listen, shared.status, shared.status) as TickbaseStatus<Connection>;
}
