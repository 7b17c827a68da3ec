import type { IndexReader } from './index-reader.ts';
import { RowIterator } from './row-iterator.ts';
import { refuseViews, type RowViewClass } from './row-view.ts';

/** What a module sees of an index that is not unique, as in `ctx.db.body.kind`. Bounds are a value, a list of values, or a Range. */
export class IndexHandle {
  readonly #reader: IndexReader;
  readonly #View: RowViewClass | null;

  constructor(reader: IndexReader, View: RowViewClass | null) {
    this.#reader = reader;
    this.#View = View;
  }

  /** Rows within the bounds, as fresh objects, in the order of the index. */
  filter(bounds: unknown): RowIterator<Record<string, unknown>> {
    const { session, table } = this.#reader;
    return new RowIterator(session, table, this.#reader.slotsOf(bounds), (slot) => session.readRow(table, slot));
  }

  /** Writable views of the rows within the bounds. */
  edit(bounds: unknown): RowIterator<object> {
    const { session, table } = this.#reader;
    session.checkWrite(table);
    const View = this.#View ?? refuseViews(table.plan.name);
    return new RowIterator(session, table, this.#reader.slotsOf(bounds), (slot) => new View(slot));
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
