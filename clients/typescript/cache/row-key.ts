import type { ColumnDefinition } from '../module/table-definition.ts';
import type { Row } from './row.ts';
import { type Key, valueKey, valueText } from './value-key.ts';

/** The function that gives a row's key over some of its columns: rows that are equal there, and only these, share it. */
export function rowKey(columns: readonly ColumnDefinition[]): (row: Row) => Key {
  const only = columns.length === 1 ? columns[0] : undefined;
  if (only !== undefined) {
    const key = valueKey(only.type);
    const accessor = only.accessor;
    return (row) => key(row[accessor]);
  }
  return (row) => columns.map((column) => valueText(column.type, row[column.accessor])).join('');
}

/** The same key from the values alone, in the order of the columns. */
export function tupleKey(columns: readonly ColumnDefinition[]): (values: readonly unknown[]) => Key {
  const only = columns.length === 1 ? columns[0] : undefined;
  if (only !== undefined) {
    const key = valueKey(only.type);
    return (values) => key(values[0]);
  }
  return (values) => columns.map((column, i) => valueText(column.type, values[i])).join('');
}
