import type { CheckedBuffer } from './checked-buffer.ts';

/** The text in field `id`, however long; empty when absent. */
export function readText(buffer: CheckedBuffer, table: number, id: number): string {
  return buffer.string(table, id, buffer.end);
}

/** What `read` makes of each table of the vector in field `id`; `fieldCount`: fields that this version knows. */
export function readTables<T>(
  buffer: CheckedBuffer,
  parent: number,
  id: number,
  fieldCount: number,
  read: (buffer: CheckedBuffer, table: number) => T,
): T[] {
  const first = buffer.vector(parent, id, 4);
  const { count } = buffer;
  const items: T[] = [];
  for (let i = 0; i < count; i++) items.push(read(buffer, buffer.tableAt(first + 4 * i, fieldCount)));
  return items;
}
