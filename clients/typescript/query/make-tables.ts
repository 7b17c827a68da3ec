import { makeTableQuery, type TableQuery } from '@tickbase/schema/query';
import type { TableDefinition } from '../module/table-definition.ts';

/** The `tables` of generated code, from which queries are built. `Rows` has the row type of each table. */
export function makeTables<Rows>(definitions: readonly TableDefinition[]): QueryTables<Rows> {
  const tables = definitions.map((definition) => [definition.accessor, makeTableQuery(definition)] as const);
  return Object.freeze(Object.fromEntries(tables)) as unknown as QueryTables<Rows>;
}

/** One query for each table: all of its rows. */
export type QueryTables<Rows> = { readonly [Accessor in keyof Rows]: TableQuery<Rows[Accessor]> };
