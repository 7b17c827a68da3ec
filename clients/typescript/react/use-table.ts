import type { TableQuery } from '@tickbase/schema/query';
import type { Row } from '../cache/row.ts';
import { type QueryOptions, useSelection } from './use-selection.ts';

/** What useTable takes beside a query. */
export interface UseTableOptions<R> extends QueryOptions<R> {
  readonly select?: undefined;
}

/** With a selection: what the component needs of the rows. */
export interface SelectTableOptions<R, S> extends QueryOptions<R> {
  /** Give the same function each time (one outside of the component, or useCallback): another one is asked anew in each render. */
  readonly select: (rows: readonly R[]) => S;
  /** Left out: Object.is. */
  readonly isEqual?: ((a: S, b: S) => boolean) | undefined;
}

/**
 * The rows of a query, in the order of their arrival, kept up to date: `const [users, isReady] = useTable(tables.user.where((r) => r.online.eq(true)))`.
 * `isReady` is false until the first rows have all come. The component renders again only when a row of the query has changed: then the
 * array is another one, with the same objects for rows that have not changed. With `select` it renders again only when the selection changes.
 */
export function useTable<R>(
  query: TableQuery<R>,
  options?: UseTableOptions<R>,
): readonly [rows: readonly R[], isReady: boolean];
export function useTable<R, S>(
  query: TableQuery<R>,
  options: SelectTableOptions<R, S>,
): readonly [selection: S, isReady: boolean];
export function useTable<R>(
  query: TableQuery<R>,
  options: UseTableOptions<R> | SelectTableOptions<R, unknown> = {},
): readonly [unknown, boolean] {
  const select = (options.select ?? everyRow) as (rows: readonly Row[]) => unknown;
  const isEqual = 'isEqual' in options ? options.isEqual : undefined;
  return useSelection(
    query as unknown as TableQuery<never>,
    options as QueryOptions<never>,
    select,
    isEqual ?? Object.is,
  );
}

function everyRow(rows: readonly Row[]): readonly Row[] {
  return rows;
}
