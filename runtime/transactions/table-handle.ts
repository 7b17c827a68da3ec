import { storeError, type Table } from '../store/index.ts';
import { findWithin, type Circle } from './find-within.ts';
import { IndexHandle } from './index-handle.ts';
import { IndexReader } from './index-reader.ts';
import { KeyHandle } from './key-handle.ts';
import { RowIterator } from './row-iterator.ts';
import { makeRowViewClass, refuseViews, type RowViewClass } from './row-view.ts';
import type { Session } from './session.ts';
import { UniqueHandle } from './unique-handle.ts';

type Row = Record<string, unknown>;

/**
 * What a module sees of a table, as in `ctx.db.body`. The table's indexes are properties of their accessors' names. An index
 * that is called like one of our additions keeps its name; ours then has a `$` before it.
 */
export class TableHandle {
  readonly #session: Session;
  readonly #table: Table;
  readonly #View: RowViewClass | null;

  constructor(session: Session, table: Table) {
    this.#session = session;
    this.#table = table;
    const { plan } = table;
    const View = plan.primaryKey === null ? null : makeRowViewClass(session, table);
    this.#View = View;
    const writers = { update: (row: unknown) => this.#update(row), upsert: (row: unknown) => this.#upsert(row) };
    plan.indexes.forEach((indexPlan, position) => {
      const reader = new IndexReader(session, table, table.indexes[position]!, indexPlan.isUnique);
      const isKey = indexPlan.isUnique && isSameKey(plan.primaryKey, indexPlan.columns);
      const handle = isKey
        ? new KeyHandle(writers, reader, View)
        : indexPlan.isUnique
          ? new UniqueHandle(reader, View)
          : new IndexHandle(reader, View);
      this.#define(indexPlan.accessor, handle);
    });
  }

  /** Inserts a row and returns it as it is held, defaults and auto-increment filled in. An identical row of a table without a key is no error. */
  insert(row: unknown): Row {
    const table = this.#table;
    this.#session.checkWrite(table);
    this.#session.gatherRow(table, row);
    return this.#session.readRow(table, table.insertProbe());
  }

  /** Deletes the row that equals this one in every column. Returns whether there was one. */
  delete(row: unknown): boolean {
    const table = this.#table;
    this.#session.checkWrite(table);
    this.#session.gatherRow(table, row);
    const slot = table.keyIndex.findFirst(table.probe);
    if (slot === -1) return false;
    for (const column of table.columns) if (!column.isEqual(slot, table.probe)) return false;
    table.deleteSlot(slot);
    return true;
  }

  /** Deletes all rows; returns how many there were. */
  clear(): bigint {
    const table = this.#table;
    this.#session.checkWrite(table);
    const count = table.liveCount;
    const { slotCount } = table;
    for (let slot = 0; slot < slotCount; slot++) if (table.live[slot] === 1) table.deleteSlot(slot);
    return BigInt(count);
  }

  count(): bigint {
    this.#session.checkRead(this.#table);
    this.#session.noteRead(this.#table, -1);
    return BigInt(this.#table.liveCount);
  }

  /** All rows as fresh objects, in slot order. */
  iter(): RowIterator<Row> {
    const table = this.#table;
    this.#session.checkRead(table);
    this.#session.noteRead(table, -1);
    return new RowIterator(this.#session, table, null, (slot) => this.#session.readRow(table, slot));
  }

  [Symbol.iterator](): RowIterator<Row> {
    return this.iter();
  }

  /** Writable views of all rows, in slot order. */
  edit(): RowIterator<object> {
    const table = this.#table;
    this.#session.checkWrite(table);
    const View = this.#View ?? refuseViews(table.plan.name);
    return new RowIterator(this.#session, table, null, (slot) => new View(slot));
  }

  /** Rows of a spatial table within a circle, its rim included, in slot order. */
  within(circle: Circle): RowIterator<Row> {
    const table = this.#table;
    this.#session.checkRead(table);
    this.#session.noteRead(table, -1);
    return new RowIterator(this.#session, table, findWithin(table, circle), (slot) =>
      this.#session.readRow(table, slot),
    );
  }

  #update(row: unknown): Row {
    const table = this.#table;
    this.#session.checkWrite(table);
    this.#session.gatherRow(table, row);
    const slot = table.keyIndex.findFirst(table.probe);
    if (slot === -1) {
      throw storeError(
        'STORE_NO_SUCH_ROW',
        'no row has the primary key of this one',
        { table: table.plan.name },
        'look for the row with find first, or use upsert',
      );
    }
    table.updateFromProbe(slot);
    return this.#session.readRow(table, slot);
  }

  #upsert(row: unknown): Row {
    const table = this.#table;
    this.#session.checkWrite(table);
    this.#session.gatherRow(table, row);
    const slot = table.keyIndex.findFirst(table.probe);
    if (slot === -1) return this.#session.readRow(table, table.insertProbe());
    table.updateFromProbe(slot);
    return this.#session.readRow(table, slot);
  }

  #define(accessor: string, value: object): void {
    const hidden: unknown = (this as unknown as Row)[accessor];
    if (typeof hidden === 'function') Object.defineProperty(this, `$${accessor}`, { value: hidden });
    Object.defineProperty(this, accessor, { value, enumerable: true });
  }
}

function isSameKey(primaryKey: readonly number[] | null, columns: readonly number[]): boolean {
  if (primaryKey === null || primaryKey.length !== columns.length) return false;
  return columns.every((column) => primaryKey.includes(column));
}
