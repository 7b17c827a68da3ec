import type { IndexReader } from './index-reader.ts';
import { refuseViews, type RowIterator } from './row-code.ts';

/** What a module sees of an index that is not unique, as in `ctx.db.body.kind`. Bounds are a value, a list of values, or a Range. */
export class IndexHandle {
  readonly #reader: IndexReader;

  constructor(reader: IndexReader) {
    this.#reader = reader;
  }

  /** Rows within the bounds, as fresh objects, in the order of the index. */
  filter(bounds: unknown): RowIterator<Record<string, unknown>> {
    return this.#reader.rowsOf(bounds);
  }

  /** Writable views of the rows within the bounds. */
  edit(bounds: unknown): RowIterator<object> {
    const { session, table, code } = this.#reader;
    session.checkWrite(table);
    if (table.plan.primaryKey === null) refuseViews(table.plan.name);
    return code.viewSlots(this.#reader.slotsOf(bounds));
  }

  /** Deletes the rows within the bounds; returns how many there were. */
  delete(bounds: unknown): number {
    const { session, table } = this.#reader;
    session.checkWrite(table);
    const slots = this.#reader.slotsOf(bounds);
    for (const slot of slots) table.deleteSlot(slot);
    return slots.length;
  }
}
