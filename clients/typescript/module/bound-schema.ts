import type { Codec, WireReducer, WireTable } from '@tickbase/protocol';
import type { ReducerDefinition } from './reducer-definition.ts';
import type { TableDefinition } from './table-definition.ts';

/** The server's schema and the generated code's, joined by name. */
export interface BoundSchema {
  /** By the server's table id; tables that the generated code does not know are left out. */
  readonly tables: ReadonlyMap<number, BoundTable>;
  /** By accessor. */
  readonly reducers: ReadonlyMap<string, BoundReducer>;
}

export interface BoundTable {
  readonly wire: WireTable;
  readonly definition: TableDefinition;
  /** By place in `wire.columns`: the column's position in the definition, or -1 for one that it does not know. */
  readonly positions: readonly number[];
  /** The other way round: by the column's position in the definition. */
  readonly places: readonly number[];
  /** By place: reads and writes the column's values. */
  readonly codecs: readonly Codec[];
}

export interface BoundReducer {
  readonly wire: WireReducer;
  readonly definition: ReducerDefinition;
  /** Reads and writes the arguments as one object, in the order of the server's parameters. */
  readonly args: Codec;
  /** Stands before the name of an argument that does not fit. */
  readonly argsPath: string;
}
