import { checkRowBytes, readValue, storeError, type Table } from '../store/index.ts';
import type { Session } from './session.ts';

/**
 * Makes the class of a table's writable row views: an accessor for each column on one prototype, so that `view.x += 1` touches
 * one column and nothing else. Assignments take part in indexes, uniqueness, undo and the change set, and throw as update does. A view
 * dies with its transaction or its row. The primary key cannot be changed through it.
 */
export function makeRowViewClass(session: Session, table: Table): RowViewClass {
  class RowView {
    readonly #slot: number;
    readonly #transaction: number;

    constructor(slot: number) {
      this.#slot = slot;
      this.#transaction = session.undo.transaction;
    }

    static {
      for (const column of table.columns) {
        const { position } = column;
        const isKey = table.plan.primaryKey?.includes(position) === true;
        Object.defineProperty(this.prototype, column.plan.accessor, {
          enumerable: true,
          get(this: RowView): unknown {
            return readValue(column, this.#live());
          },
          set(this: RowView, value: unknown): void {
            const slot = this.#live();
            session.checkWrite(table);
            session.gatherValue(column, table.probe, value);
            if (table.longColumns.length > 0) checkRowBytes(table, slot, position);
            if (isKey && !column.isEqual(slot, table.probe)) refuseKey(table, column.plan.name);
            table.updateColumn(slot, position);
          },
        });
      }
    }

    #live(): number {
      if (this.#transaction !== session.undo.transaction) session.checkSame(this.#transaction, table);
      if (table.live[this.#slot] !== 1) refuseDead(table);
      return this.#slot;
    }
  }
  return RowView;
}

export type RowViewClass = new (slot: number) => object;

function refuseKey(table: Table, column: string): never {
  throw storeError(
    'STORE_KEY_FIXED',
    'a row view cannot change the primary key',
    { table: table.plan.name, column },
    'delete the row and insert it under its new key',
  );
}

function refuseDead(table: Table): never {
  throw storeError(
    'STORE_STALE_VIEW',
    'a row view was used after its row was deleted',
    { table: table.plan.name },
    'look the row up again',
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
