import type { TableQuery } from '@tickbase/schema/query';
import { useCallback, useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import type { Row } from '../cache/row.ts';
import { useSharedConnection } from './provider-context.ts';
import type { QueryCallbacks } from './query-callbacks.ts';
import { PENDING, type QuerySnapshot } from './query-snapshot.ts';

/** What hooks on a query take beside it. */
export interface QueryOptions<R> extends QueryCallbacks<R> {
  /** False: nothing is asked of the server, there are no rows, and it is not ready. Left out: true. */
  readonly enabled?: boolean | undefined;
}

/**
 * What `select` makes of a query's rows, with whether its first rows have come. The component renders again only when one of the two is another:
 * `isEqual` compares selections, and an equal one stays the object that it was. Hooks on the same query share its subscription and its rows.
 */
export function useSelection<S>(
  query: TableQuery<never>,
  options: QueryOptions<never>,
  select: (rows: readonly Row[]) => S,
  isEqual: (a: S, b: S) => boolean,
): readonly [S, boolean] {
  const { queries } = useSharedConnection();
  const isEnabled = options.enabled ?? true;
  const text = useMemo(() => query.toSql(), [query]);
  const watch = useRef({ query, callbacks: options });
  const last = useRef<readonly [S, boolean] | null>(null);

  const subscribe = useCallback(
    (notify: () => void) => {
      if (!isEnabled) return () => {};
      const { current } = watch;
      return queries.watch(current.query, text, {
        notify,
        get callbacks() {
          return current.callbacks as QueryCallbacks<Row>;
        },
      });
    },
    [queries, text, isEnabled],
  );

  const selection = useMemo(() => {
    let seen: QuerySnapshot | null = null;
    let selected: readonly [S, boolean] | null = null;
    return (): readonly [S, boolean] => {
      const snapshot = isEnabled ? queries.snapshotOf(text) : PENDING;
      if (snapshot === seen && selected !== null) return selected;
      seen = snapshot;
      const [rows, isReady] = snapshot;
      selected = keepEqual(selected ?? last.current, select(rows), isReady, isEqual);
      return selected;
    };
  }, [queries, text, isEnabled, select, isEqual]);
  const pending = useMemo(() => {
    const selected = [select(PENDING[0]), false] as const;
    return () => selected;
  }, [select]);

  // Before the subscription's own effect, so that the first step finds this render's callbacks.
  useEffect(() => {
    watch.current.query = query;
    watch.current.callbacks = options;
  });
  const current = useSyncExternalStore(subscribe, selection, pending);
  useEffect(() => {
    last.current = current;
  });
  return current;
}

function keepEqual<S>(
  before: readonly [S, boolean] | null,
  value: S,
  isReady: boolean,
  isEqual: (a: S, b: S) => boolean,
): readonly [S, boolean] {
  if (before === null || !isEqual(before[0], value)) return [value, isReady];
  return before[1] === isReady ? before : [before[0], isReady];
}
