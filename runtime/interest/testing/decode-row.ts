import { assert, ByteReader } from '@tickbase/base';
import { decodeValue } from '@tickbase/protocol';
import { shownTable, type TablePlan } from '@tickbase/schema/plan';

/** The values of a row that was stored column by column, as exact copies and answers are. */
export function decodeRow(table: TablePlan, bytes: Uint8Array): unknown[] {
  const reader = new ByteReader(bytes);
  const row = shownTable(table).columns.map(({ type }) => decodeValue(reader, type));
  assert(reader.offset === bytes.length, 'a row ends where its bytes end');
  return row;
}
