export type { AnyConnection, AnyConnectionBuilder } from './any-connection.ts';
export type { QueryCallbacks } from './query-callbacks.ts';
export type { TickbaseStatus } from './shared-connection.ts';
export { TickbaseProvider, type TickbaseProviderProps } from './tickbase-provider.ts';
export { type ReducerCall, useReducer } from './use-reducer.ts';
export { type SelectRowOptions, useRow, type UseRowOptions } from './use-row.ts';
export type { QueryOptions } from './use-selection.ts';
export { type SelectTableOptions, useTable, type UseTableOptions } from './use-table.ts';
export { useTickbase } from './use-tickbase.ts';
