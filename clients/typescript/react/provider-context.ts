import { TickbaseError } from '@tickbase/base';
import { createContext, useContext } from 'react';
import type { SharedConnection } from './shared-connection.ts';

export const ProviderContext = createContext<SharedConnection | null>(null);

/** The connection of the nearest provider. Throws PROVIDER_MISSING without one. */
export function useSharedConnection(): SharedConnection {
  const shared = useContext(ProviderContext);
  if (shared === null) {
    throw new TickbaseError({
      code: 'PROVIDER_MISSING',
      what: 'a hook of Tickbase runs in a component that stands in no TickbaseProvider',
      where: 'useTickbase, useTable, useRow or useReducer',
      mend: 'put <TickbaseProvider connectionBuilder={…}> round the part of the page that uses the database',
    });
  }
  return shared;
}
