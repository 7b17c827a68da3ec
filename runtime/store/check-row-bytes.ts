import { utf8Length } from '@tickbase/base';
import { storeError } from './store-error.ts';
import type { Table } from './table.ts';

/** Bytes of all strings and encoded values of a row: it travels whole in one piece, which holds 16 MiB. */
export const ROW_BYTES_MAX = 12 << 20;

/** Refuses a row that is longer than ROW_BYTES_MAX. Column `replaced` (-1: none) is looked at in the probe, the others in `slot`. */
export function checkRowBytes(table: Table, slot: number, replaced: number): void {
  const { longColumns, probe } = table;
  let bytesAtMost = 0;
  for (let i = 0; i < longColumns.length; i++) {
    const { strings, blobs, position } = longColumns[i]!;
    const at = position === replaced ? probe : slot;
    bytesAtMost += strings.length > 0 ? 3 * strings[at]!.length : blobs[at]!.length;
  }
  if (bytesAtMost <= ROW_BYTES_MAX) return;

  let bytes = 0;
  for (const { strings, blobs, position } of longColumns) {
    const at = position === replaced ? probe : slot;
    bytes += strings.length > 0 ? utf8Length(strings[at]!) : blobs[at]!.length;
  }
  if (bytes <= ROW_BYTES_MAX) return;
  throw storeError(
    'VALUE_TOO_LONG',
    `the strings and lists of the row have ${bytes} bytes together, more than ${ROW_BYTES_MAX}`,
    { table: table.plan.name },
    'split it over several rows, or keep it outside of the database',
  );
}
