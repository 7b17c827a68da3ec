import { describeValue, storeError } from '../store/index.ts';
import type { IndexReader } from './index-reader.ts';
import { refuseViews, type RowIterator } from './row-code.ts';

/** What a module sees of a unique index, as in `ctx.db.player.identity`. Keys of several columns are lists. */
export class UniqueHandle {
  readonly #reader: IndexReader;

  constructor(reader: IndexReader) {
    this.#reader = reader;
  }

  /** The row with this key as a fresh object, or null. */
  find(key: unknown): Record<string, unknown> | null {
    return this.#reader.rowOf(key);
  }

  /** A writable view of the row with this key, which must be there. */
  edit(key: unknown): object {
    const { session, table, code } = this.#reader;
    session.checkWrite(table);
    if (table.plan.primaryKey === null) refuseViews(table.plan.name);
    const slot = this.#reader.slotOf(key);
    if (slot === -1) this.#refuseMissing(key);
    return code.view(slot);
  }

  /** By a key: whether there was such a row. By a Range, which wants a btree: how many rows there were. */
  delete(key: unknown): boolean | number {
    const { session, table } = this.#reader;
    session.checkWrite(table);
    if (this.#reader.isRange(key)) {
      const slots = this.#reader.slotsOf(key);
      for (const slot of slots) table.deleteSlot(slot);
      return slots.length;
    }
    const slot = this.#reader.slotOf(key);
    if (slot === -1) return false;
    table.deleteSlot(slot);
    return true;
  }

  /** Rows within the bounds: a key, or on a btree index a prefix or a Range. */
  filter(bounds: unknown): RowIterator<Record<string, unknown>> {
    return this.#reader.rowsOf(bounds);
  }

  #refuseMissing(key: unknown): never {
    throw storeError(
      'STORE_NO_SUCH_ROW',
      `no row has the key ${describeValue(key)}`,
      { table: this.#reader.table.plan.name },
      'look for the row with find first',
    );
  }
}
