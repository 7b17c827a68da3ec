import type { QueryTable } from './query-table.ts';
import { makeTableQuery, type TableQueries } from './table-query.ts';
import type { TableLike } from '../tables/table.ts';

/** The queries of all tables, by accessor: `makeTables<InferSchema<typeof game>>(plan.tables).body.where(…)`. */
export function makeTables<Ts extends { readonly [accessor: string]: TableLike }>(
  tables: readonly (QueryTable & { readonly accessor: string })[],
): TableQueries<Ts> {
  const entries = tables.map((table) => [table.accessor, makeTableQuery(table)]);
  return Object.freeze(Object.fromEntries(entries)) as TableQueries<Ts>;
}
