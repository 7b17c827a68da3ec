import { createElement, type ReactElement, type ReactNode, useEffect, useState } from 'react';
import type { AnyConnectionBuilder } from './any-connection.ts';
import { ProviderContext } from './provider-context.ts';
import { SharedConnection } from './shared-connection.ts';

export interface TickbaseProviderProps {
  /**
   * `DbConnection.builder()` with its address, name and callbacks. The first one counts as long as the provider stands: to connect otherwise, with
   * another token say, give the provider another `key`.
   */
  readonly connectionBuilder: AnyConnectionBuilder;
  readonly children?: ReactNode;
}

/**
 * Gives the components in it one connection to a database. It connects when it is mounted, never on a server, tries again by itself until the
 * server has answered, and says goodbye when it is taken out.
 */
export function TickbaseProvider({ connectionBuilder, children }: TickbaseProviderProps): ReactElement {
  const [shared] = useState(() => new SharedConnection(connectionBuilder));
  useEffect(shared.use, [shared]);
  return createElement(ProviderContext.Provider, { value: shared }, children);
}
