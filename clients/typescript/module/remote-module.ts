import type { ReducerDefinition } from './reducer-definition.ts';
import type { TableDefinition } from './table-definition.ts';

/** Everything that generated code knows of a module; the server's schema is compared with it at the handshake. */
export interface RemoteModule {
  readonly tables: readonly TableDefinition[];
  readonly reducers: readonly ReducerDefinition[];
}
