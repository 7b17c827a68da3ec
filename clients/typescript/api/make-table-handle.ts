import { clientIndexAccessor } from '@tickbase/schema/plan';
import { Range } from '@tickbase/schema/values';
import type { CachedTable } from '../cache/cached-table.ts';
import { HashIndex } from '../cache/hash-index.ts';
import type { OrderedIndex } from '../cache/ordered-index.ts';
import type { Row } from '../cache/row.ts';
import type { WatchedCell } from '../cache/watched-cell.ts';
import type { IndexDefinition } from '../module/table-definition.ts';
import type { DeleteCallback, EventTable, KeyedRemoteTable, RowCallback, UpdateCallback } from './table-handle.ts';
import { removeFrom, type TableListeners } from './table-listeners.ts';

type Handle = KeyedRemoteTable<Row, unknown> & EventTable<Row, unknown>;

/** What `conn.db.<table>` is: reads of the cache, one member for each index, and the callbacks. */
export function makeTableHandle(
  table: CachedTable,
  listeners: TableListeners,
  cells: () => readonly WatchedCell[],
): object {
  const handle: Handle & Record<string, unknown> = {
    count: () => BigInt(table.count),
    iter: () => table.rows(),
    cells,
    [Symbol.iterator]: () => table.rows(),
    onInsert: (callback: RowCallback<unknown, Row>) => void listeners.insert.push(callback),
    removeOnInsert: (callback: RowCallback<unknown, Row>) => removeFrom(listeners.insert, callback),
    onDelete: (callback: DeleteCallback<unknown, Row>) => void listeners.delete.push(callback),
    removeOnDelete: (callback: DeleteCallback<unknown, Row>) => removeFrom(listeners.delete, callback),
    onUpdate: (callback: UpdateCallback<unknown, Row>) => void listeners.update.push(callback),
    removeOnUpdate: (callback: UpdateCallback<unknown, Row>) => removeFrom(listeners.update, callback),
    onMissed: (callback: (context: unknown, count: number) => void) => void listeners.missed.push(callback),
    removeOnMissed: (callback: (context: unknown, count: number) => void) => removeFrom(listeners.missed, callback),
  };
  for (const definition of table.definition.indexes) {
    const index = table.indexes.get(definition.accessor);
    if (index !== undefined) handle[clientIndexAccessor(definition.accessor)] = indexHandle(definition, index);
  }
  return Object.freeze(handle);
}

function indexHandle(definition: IndexDefinition, index: HashIndex | OrderedIndex): object {
  if (index instanceof HashIndex) {
    const { find, filter } = index;
    return Object.freeze(definition.isUnique ? { find } : { filter: (key: unknown) => filter(key).values() });
  }
  const { length } = definition.columns;
  const valuesOf = (key: unknown): readonly unknown[] => (length > 1 && Array.isArray(key) ? key : [key]);
  // No row has an empty key; to look for one is what programs do before they know their identity.
  const find = (key: unknown): Row | null => (isEmpty(key) ? null : index.find(valuesOf(key)));
  const filter = (bounds: unknown): IterableIterator<Row> => {
    if (isEmpty(bounds)) return [].values();
    const values = valuesOf(bounds);
    const last = values.at(-1);
    const rows = last instanceof Range ? index.select(values.slice(0, -1), last) : index.select(values, null);
    return rows.values();
  };
  return Object.freeze(definition.isUnique ? { find, filter } : { filter });
}

function isEmpty(key: unknown): boolean {
  return key === undefined || key === null;
}
