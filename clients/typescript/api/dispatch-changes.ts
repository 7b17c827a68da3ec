import type { CachedTable } from '../cache/cached-table.ts';
import type { ChangeCause, RowChange } from '../cache/row-change.ts';
import type { TableListeners } from './table-listeners.ts';

/**
 * Calls the row callbacks of an applied section, in the order of its changes. What a callback throws goes to `report` and
 * stops nothing; callbacks that are added or removed meanwhile count from the next change on.
 */
export function dispatchChanges(
  changes: readonly RowChange[],
  listenersOf: ReadonlyMap<CachedTable, TableListeners>,
  contextOf: (cause: ChangeCause) => unknown,
  report: (error: unknown) => void,
): void {
  for (const change of changes) {
    const listeners = listenersOf.get(change.table) as TableListeners;
    const callbacks: readonly ((context: unknown, ...rest: never[]) => void)[] = listeners[listOf(change)];
    if (callbacks.length === 0) continue;
    const context = contextOf(change.kind === 'missed' ? 'news' : change.cause);
    const rest = argumentsOf(change) as never[];
    for (const callback of callbacks.slice()) {
      try {
        callback(context, ...rest);
      } catch (error) {
        report(error);
      }
    }
  }
}

function listOf(change: RowChange): keyof TableListeners {
  return change.kind;
}

function argumentsOf(change: RowChange): readonly unknown[] {
  switch (change.kind) {
    case 'update':
      return [change.before, change.row];
    case 'missed':
      return [change.count];
    case 'delete':
      return [change.row, change.reason];
    default:
      return [change.row];
  }
}
