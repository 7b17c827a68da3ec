import { STATE_OPEN, storeError, type Table } from '../store/index.ts';
import { ColumnsHandle } from './columns-handle.ts';
import { findWithin, type Circle } from './find-within.ts';
import { IndexHandle } from './index-handle.ts';
import { IndexReader } from './index-reader.ts';
import { KeyHandle } from './key-handle.ts';
import { refuseViews, type RowCode, type RowIterator } from './row-code.ts';
import type { Session } from './session.ts';
import { UniqueHandle } from './unique-handle.ts';
import { unknownColumn } from './unknown-column.ts';

type Row = Record<string, unknown>;

/**
 * What a module sees of a table, as in `ctx.db.body`. The table's indexes are properties of their accessors' names. An index
 * that is called like one of our additions keeps its name; ours then has a `$` before it.
 */
export class TableHandle {
  readonly #session: Session;
  readonly #table: Table;
  readonly #code: RowCode;
  readonly columns: ColumnsHandle;

  static {
    // Asked for what a handle has not: indexes, and all that is above, are found before. What the language itself asks for is no name.
    const get = (target: object, name: string | symbol, handle: unknown): unknown => {
      const isName = typeof name === 'string' && !(name in target) && name !== 'then' && name !== 'toJSON';
      if (isName && handle instanceof TableHandle) handle.#refuseIndex(name);
      return Reflect.get(target, name);
    };
    Object.setPrototypeOf(this.prototype, new Proxy(Object.create(Object.prototype) as object, { get }));
  }

  constructor(session: Session, table: Table, code: RowCode) {
    this.#session = session;
    this.#table = table;
    this.#code = code;
    this.columns = new ColumnsHandle(session, table);
    const { plan } = table;
    const upsert = (row: unknown): Row => this.#upsert(row);
    plan.indexes.forEach((indexPlan, position) => {
      const reader = new IndexReader(session, table, code, position);
      const isKey = indexPlan.isUnique && isSameKey(plan.primaryKey, indexPlan.columns);
      const handle = isKey
        ? new KeyHandle(upsert, reader)
        : indexPlan.isUnique
          ? new UniqueHandle(reader)
          : new IndexHandle(reader);
      this.#define(indexPlan.accessor, handle);
    });
  }

  /** Inserts a row and returns it as it is held, defaults and auto-increment filled in. An identical row of a table without a key is no error. */
  insert(row: unknown): Row {
    const table = this.#table;
    this.#session.checkWrite(table);
    const held = this.#code.gather(row);
    const slot = table.insertProbe();
    return table.sequences.length > 0 ? this.#code.read(slot) : (held ?? this.#code.read(slot));
  }

  /** Inserts rows, all or, when one is refused, none. Returns how many are new: a table without a key takes no row twice. */
  insertMany(rows: Iterable<unknown>): number {
    const table = this.#table;
    const list = Array.from(rows);
    this.#session.checkWrite(table);
    const positions = table.sequences.map(({ position }) => position);
    const inserted: number[] = [];
    try {
      for (const row of list) {
        this.#code.gather(row);
        const { liveCount } = table;
        const slot = table.insertProbe();
        if (table.liveCount > liveCount) inserted.push(slot);
      }
    } catch (error) {
      if (this.#session.undo.state !== STATE_OPEN) throw error;
      for (const slot of inserted.toReversed()) table.deleteSlot(slot);
      table.sequences.forEach((sequence, place) => (sequence.position = positions[place]!));
      throw error;
    }
    return inserted.length;
  }

  /** Deletes the row that equals this one in every column. Returns whether there was one. */
  delete(row: unknown): boolean {
    const table = this.#table;
    this.#session.checkWrite(table);
    this.#code.gather(row);
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
    return this.#code.readMembers();
  }

  [Symbol.iterator](): RowIterator<Row> {
    return this.iter();
  }

  /** Writable views of all rows, in slot order. */
  edit(): RowIterator<object> {
    const table = this.#table;
    this.#session.checkWrite(table);
    if (table.plan.primaryKey === null) refuseViews(table.plan.name);
    return this.#code.viewMembers();
  }

  /** Rows of a spatial table within a circle, its rim included, in slot order. */
  within(circle: Circle): RowIterator<Row> {
    const table = this.#table;
    this.#session.checkRead(table);
    this.#session.noteRead(table, -1);
    return this.#code.readSlots(findWithin(table, circle));
  }

  #upsert(row: unknown): Row {
    const table = this.#table;
    this.#session.checkWrite(table);
    const held = this.#code.gather(row);
    const slot = table.keyIndex.findFirst(table.probe);
    if (slot === -1) return this.#code.read(table.insertProbe());
    table.updateFromProbe(slot);
    return held ?? this.#code.read(slot);
  }

  #refuseIndex(name: string): never {
    const { plan, columns } = this.#table;
    const accessors = plan.indexes.map(({ accessor }) => accessor);
    if (!columns.some(({ accessor }) => accessor === name)) {
      throw unknownColumn(this.#table, name, [...accessors, ...Object.getOwnPropertyNames(TableHandle.prototype)]);
    }
    throw storeError(
      'STORE_NO_INDEX',
      'this column has no index of its own',
      { table: plan.name, column: name },
      `give it one in the schema, or go over the rows with iter; the table's indexes: ${accessors.join(', ') || 'none'}`,
    );
  }

  #define(accessor: string, value: object): void {
    const hidden: unknown = accessor in this ? (this as unknown as Row)[accessor] : undefined;
    if (hidden !== undefined) Object.defineProperty(this, `$${accessor}`, { value: hidden });
    Object.defineProperty(this, accessor, { value, enumerable: true });
  }
}

function isSameKey(primaryKey: readonly number[] | null, columns: readonly number[]): boolean {
  if (primaryKey === null || primaryKey.length !== columns.length) return false;
  return columns.every((column) => primaryKey.includes(column));
}
