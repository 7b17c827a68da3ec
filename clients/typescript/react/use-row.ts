import type { TableQuery } from '@tickbase/schema/query';
import { useCallback } from 'react';
import type { Row } from '../cache/row.ts';
import { type QueryOptions, useSelection } from './use-selection.ts';

/** What useRow takes beside a query. */
export interface UseRowOptions<R> extends QueryOptions<R> {
  readonly select?: undefined;
}

/** With a selection: what the component needs of the row. */
export interface SelectRowOptions<R, S> extends QueryOptions<R> {
  /** Undefined: there is no such row. Give the same function each time. */
  readonly select: (row: R | undefined) => S;
  /** Left out: Object.is. */
  readonly isEqual?: ((a: S, b: S) => boolean) | undefined;
}

/**
 * The one row of a query, such as a look-up by the primary key: `const [me] = useRow(tables.user.where((r) => r.identity.eq(id)))`. Undefined
 * while there is none; of several, the first that came. The component renders again only when that row changes, or what `select` takes of it.
 */
export function useRow<R>(
  query: TableQuery<R>,
  options?: UseRowOptions<R>,
): readonly [row: R | undefined, isReady: boolean];
export function useRow<R, S>(
  query: TableQuery<R>,
  options: SelectRowOptions<R, S>,
): readonly [selection: S, isReady: boolean];
export function useRow<R>(
  query: TableQuery<R>,
  options: UseRowOptions<R> | SelectRowOptions<R, unknown> = {},
): readonly [unknown, boolean] {
  const { select } = options;
  const selectFirst = useCallback(
    (rows: readonly Row[]): unknown => (select === undefined ? rows[0] : select(rows[0] as R | undefined)),
    [select],
  );
  const isEqual = 'isEqual' in options ? options.isEqual : undefined;
  return useSelection(
    query as unknown as TableQuery<never>,
    options as QueryOptions<never>,
    selectFirst,
    isEqual ?? Object.is,
  );
}
