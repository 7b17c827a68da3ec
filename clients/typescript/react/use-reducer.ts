import { useCallback } from 'react';
import type { ReducerDefinition } from '../module/reducer-definition.ts';
import { useSharedConnection } from './provider-context.ts';

/** Calls a reducer; the promise is that of `conn.reducers`. */
export type ReducerCall<Args> = [Record<string, never>] extends [Args]
  ? (args?: Args) => Promise<void>
  : (args: Args) => Promise<void>;

/**
 * A function that calls a reducer: `useReducer(reducers.sendMessage)`. It stays the same function, so it is a good dependency. A call that is made
 * before the connection is live waits for it.
 */
export function useReducer<Args>(reducer: ReducerDefinition<Args>): ReducerCall<Args> {
  const shared = useSharedConnection();
  const { accessor } = reducer;
  return useCallback((args?: unknown) => shared.call(accessor, args), [shared, accessor]) as ReducerCall<Args>;
}
