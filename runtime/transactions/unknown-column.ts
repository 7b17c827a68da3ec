import { nearestName, type TickbaseError } from '@tickbase/base';
import { storeError, type Table } from '../store/index.ts';

/** The error for a name that is no column of the table; it says which one, or which of `others`, was probably meant. */
export function unknownColumn(table: Table, name: string, others: readonly string[] = []): TickbaseError {
  const names = table.columns.map(({ accessor }) => accessor);
  const nearest = nearestName(name, [...names, ...others]);
  return storeError(
    'STORE_UNKNOWN_COLUMN',
    'the table has no such column',
    { table: table.plan.name, column: name },
    nearest === null ? `its columns are ${names.join(', ')}` : `did you mean ${nearest}?`,
  );
}
