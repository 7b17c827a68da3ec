import type { ByteReader } from '@tickbase/base';
import type { compileCodec } from '@tickbase/protocol';
import {
  checkRowBytes,
  type Column,
  describeValue,
  type OrderedIndex,
  readValue,
  storeError,
  type Table,
  writeValue,
} from '../store/index.ts';
import { mayBeMissing } from './may-be-missing.ts';
import type { Session } from './session.ts';
import { unknownColumn } from './unknown-column.ts';

/**
 * What is made of code for one table and one plan: a row's columns are then plain loads and stores, which the compiler sees through. The text
 * is worldCode's; whoever has the module's context compiles it there.
 */
export interface WorldCode {
  /** By position in `plan.tables`. */
  readonly tables: readonly ((session: Session, table: Table, kit: RowKit) => RowCode)[];
  /** By position in `plan.reducers`: decodes a call's arguments. */
  readonly arguments: readonly ((codecs: readonly ReturnType<typeof compileCodec>[]) => ArgumentReader)[];
}

export type ArgumentReader = (reader: ByteReader) => Record<string, unknown>;

/** The code of one table. */
export interface RowCode {
  /** The row as a fresh plain object. */
  readonly read: (slot: number) => Record<string, unknown>;
  /**
   * Checks a user's row into the table's probe. Missing columns get their defaults; 0 stays for auto-increment. Returns the row as the probe
   * holds it, a fresh object, if that costs little; else null.
   */
  readonly gather: (row: unknown) => Record<string, unknown> | null;
  /**
   * Gives the row with the same primary key, which must be there, these values. Returns the row as it is held, a fresh object. null: the
   * table has no primary key.
   */
  readonly update: ((row: unknown) => Record<string, unknown>) | null;
  /**
   * By position in `plan.indexes`: from the key of a unique index, as a module gives it, to a slot or -1; null where there is no
   * shorter way than the index itself.
   */
  readonly findSlot: readonly (((key: unknown) => number) | null)[];
  /** By position in `plan.indexes`: likewise to the row as a fresh object, or null. */
  readonly findRow: readonly (((key: unknown) => Record<string, unknown> | null) | null)[];
  /** A writable view of a live row. */
  readonly view: (slot: number) => object;
  /** All rows that live now, in slot order. */
  readonly readMembers: () => RowIterator<Record<string, unknown>>;
  readonly viewMembers: () => RowIterator<object>;
  /** `slots`: the rows that are to come, in order. */
  readonly readSlots: (slots: readonly number[]) => RowIterator<Record<string, unknown>>;
  readonly viewSlots: (slots: readonly number[]) => RowIterator<object>;
  /**
   * By position in `plan.indexes`: as `readSlots`, of slots that a btree has given together with their numbers: as long as the index is as it was then,
   * the first column of its key is not looked up far away in memory. null: the numbers are not the values.
   */
  readonly readOrdered: readonly (
    | ((
        slots: readonly number[],
        numbers: readonly number[],
        index: OrderedIndex,
      ) => RowIterator<Record<string, unknown>>)
    | null
  )[];
}

/**
 * Goes over rows. Which rows is fixed at the start: rows inserted later do not come, rows that die before their turn are left out,
 * and each comes with the values it has at its turn. So a loop may insert, change and delete as it likes. (A row that died and was
 * inserted again under its primary key within the tick is the same row.)
 */
export type RowIterator<Row> = IterableIterator<Row, undefined>;

/** The parts of a table's code that are the same for all tables. */
export const rowKit = {
  readValue,
  writeValue,
  checkRowBytes,

  refuseRow(table: Table, row: unknown): never {
    throw storeError(
      'VALUE_TYPE',
      `${describeValue(row)} is not a row`,
      { table: table.plan.name },
      'give an object with a value for each column',
    );
  },

  refuseMissing(table: Table): never {
    throw storeError(
      'STORE_NO_SUCH_ROW',
      'no row has the primary key of this one',
      { table: table.plan.name },
      'look for the row with find first, or use upsert',
    );
  },

  /** Bit c is set when something is derived from column c: an index, a place on the grid. Of the first 31 columns. */
  derivedBits(table: Table): number {
    let bits = 0;
    for (const { position } of table.columns.slice(0, 31)) if (!table.isPlain(position)) bits |= 1 << position;
    return bits;
  },

  /** A column that the user's row has no value for, or none that the short way takes. */
  gatherColumn(table: Table, column: Column, row: object, value: unknown): void {
    if (value !== undefined) {
      writeValue(column, table.probe, value);
      return;
    }
    const { plan } = column;
    if (plan.type.kind === 'option' && (plan.default === null || plan.accessor in row)) {
      writeValue(column, table.probe, undefined);
      return;
    }
    if (!mayBeMissing(plan)) {
      // A misspelt name is why a value is missing, more often than not.
      rowKit.checkNames(table, row);
      throw storeError(
        'STORE_MISSING_VALUE',
        'the row has no value for this column, which has no default',
        { table: table.plan.name, column: plan.name },
        'give the column a value, or a default in the schema',
      );
    }
    column.copy(table.defaults, table.probe);
  },

  /** Assigns to a column of a row view. */
  assign(session: Session, table: Table, column: Column, slot: number, value: unknown): void {
    session.checkWrite(table);
    session.gatherValue(column, table.probe, value);
    if (table.longColumns.length > 0) checkRowBytes(table, slot, column.position);
    if (table.plan.primaryKey?.includes(column.position) === true && !column.isEqual(slot, table.probe)) {
      refuseKey(table, column.plan.name);
    }
    table.updateColumn(slot, column.position);
  },

  /**
   * The same function, called at the price of some ten nanoseconds more: the compiler does not look into it. For what begins a loop. It would else be compiled
   * into the author's function before the accessors of the loop are, and take the room that is theirs.
   */
  apart<Run extends (...values: never[]) => unknown>(run: Run): Run {
    return new Proxy(run, {});
  },

  /** The transaction is about to go over all rows with views of them. */
  sweepTable(table: Table): void {
    if (table.liveCount >= table.sweepTableRowsMin) table.whole.beginSweep();
  },

  /** The transaction is about to go over `count` rows of an index with views of them: a good part of the table, or not. */
  sweep(table: Table, count: number): void {
    if (count >= table.sweepRowsMin && count * 8 >= table.liveCount) table.whole.beginSweep();
  },

  /** Throws when a view of `transaction` is used after it, or after its row; else the epoch for which that is settled. */
  checkView(session: Session, table: Table, transaction: number, slot: number): number {
    if (transaction !== session.undo.transaction) session.checkSame(transaction, table);
    if (table.live[slot] !== 1) refuseDead(table);
    return session.undo.epoch;
  },

  /** Throws unless an iterator of `transaction` may go on; else the epoch for which that is settled. */
  checkIterator(session: Session, table: Table, transaction: number): number {
    session.checkSame(transaction, table);
    session.checkRead(table);
    return session.undo.epoch;
  },

  /** Throws when a user's row has a property that is no column. */
  checkNames(table: Table, row: object): void {
    for (const name in row) if (!hasColumn(table, name)) refuseName(table, name);
  },

  /** Columns come up in loops over a view's properties, as those of a row do; an assignment to anything else is refused. */
  finishView(table: Table, view: { readonly prototype: object }): void {
    for (const { accessor } of table.columns) Object.defineProperty(view.prototype, accessor, { enumerable: true });
    // Asked for what the view has not: assignments to columns do not come by here.
    const set = (_: object, name: string | symbol): never => refuseName(table, String(name));
    Object.setPrototypeOf(view.prototype, new Proxy(Object.create(Object.prototype) as object, { set }));
  },
};

export type RowKit = typeof rowKit;

function hasColumn(table: Table, name: string): boolean {
  return table.columns.some(({ accessor }) => accessor === name);
}

function refuseName(table: Table, name: string): never {
  throw unknownColumn(table, name);
}

function refuseDead(table: Table): never {
  throw storeError(
    'STORE_STALE_VIEW',
    'a row view was used after its row was deleted',
    { table: table.plan.name },
    'look the row up again',
  );
}

function refuseKey(table: Table, column: string): never {
  throw storeError(
    'STORE_KEY_FIXED',
    'a row view cannot change the primary key',
    { table: table.plan.name, column },
    'delete the row and insert it under its new key',
  );
}

/** Without a primary key a changed row is another row. */
export function refuseViews(table: string): never {
  throw storeError(
    'STORE_BAD_KEY',
    'a table without a primary key has no edit',
    { table },
    'give the table a primary key, or delete the row and insert the new one',
  );
}
