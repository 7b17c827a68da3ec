import { type Column, checkWhole, STATE_MUTATING, storeError, type Table } from '../store/index.ts';
import type { Session } from './session.ts';
import { unknownColumn } from './unknown-column.ts';

/**
 * What a module sees of a table's columns as arrays, as in `ctx.db.body.columns`: for systems over thousands of rows. A function gets the
 * arrays, by slot, and is called for each run of slots in which rows live.
 */
export class ColumnsHandle {
  readonly #session: Session;
  readonly #table: Table;
  readonly #Arrays: ColumnArraysClass;

  constructor(session: Session, table: Table) {
    this.#session = session;
    this.#table = table;
    this.#Arrays = makeArraysClass(table);
  }

  /**
   * Calls `body(columns, start, end)` for each run of rows; it may write the elements from `start` to before `end` of the named columns.
   * Meanwhile the table takes no other writes. What has changed is found by itself. When `body` throws, or a coordinate is not one, the
   * transaction can only end.
   */
  edit(names: unknown, body: RunBody): void {
    const table = this.#table;
    const { undo } = this.#session;
    this.#session.checkWrite(table);
    const written = this.#writable(names);
    for (const column of written) table.whole.save(column);
    try {
      this.#lend(body, written);
    } catch (error) {
      undo.state = STATE_MUTATING;
      undo.bumpEpoch();
      throw error;
    }
  }

  /** The same without writing. */
  read(body: RunBody): void {
    this.#session.checkRead(this.#table);
    this.#session.noteRead(this.#table, -1);
    this.#lend(body, []);
  }

  #lend(body: RunBody, written: readonly Column[]): void {
    const table = this.#table;
    const { lentTransaction, live, slotCount } = table;
    const arrays = new this.#Arrays();
    table.lentTransaction = this.#session.undo.transaction;
    this.#session.undo.bumpEpoch();
    try {
      let start = table.liveCount === slotCount ? 0 : live.indexOf(1);
      while (start !== -1 && start < slotCount) {
        const dead = table.liveCount === slotCount ? -1 : live.indexOf(0, start);
        const end = dead === -1 || dead > slotCount ? slotCount : dead;
        body(arrays, start, end);
        for (const column of written) checkWhole(table, column, start, end);
        start = dead === -1 ? -1 : live.indexOf(1, end);
      }
    } finally {
      table.lentTransaction = lentTransaction;
      arrays.close();
    }
  }

  #writable(names: unknown): Column[] {
    const table = this.#table;
    if (!Array.isArray(names) || names.length === 0) this.#refuse('a list of column names was expected');
    return names.map((name: unknown) => {
      const column = table.columns.find(({ accessor }) => accessor === name);
      if (column === undefined) throw unknownColumn(table, String(name));
      if (!hasArray(column))
        this.#refuse(`column ${column.accessor} is of type ${column.plan.type.kind}, which has no array`);
      if (!table.whole.isAble[column.position]!) this.#refuse(`column ${column.accessor} is part of a key or an index`);
      return column;
    });
  }

  #refuse(what: string): never {
    throw storeError(
      'STORE_BAD_COLUMN',
      what,
      { table: this.#table.plan.name },
      'name numeric columns without an index; change others by edit or update',
    );
  }
}

export type RunBody = (columns: object, start: number, end: number) => void;

interface ColumnArrays {
  /** From here on no more arrays are given. */
  close(): void;
}

type ColumnArraysClass = new () => ColumnArrays;

/** An accessor for each column that is an array of JavaScript numbers or bigints; each gives the elements of the table's slots. */
function makeArraysClass(table: Table): ColumnArraysClass {
  const open = new WeakSet<object>();
  class Arrays implements ColumnArrays {
    constructor() {
      open.add(this);
    }

    close(): void {
      open.delete(this);
    }
  }
  for (const column of table.columns) {
    if (!hasArray(column)) continue;
    Object.defineProperty(Arrays.prototype, column.accessor, {
      enumerable: true,
      get(this: Arrays): unknown {
        if (!open.has(this)) refuseStale(table);
        return (column.data as Float32Array).subarray(0, table.slotCount);
      },
    });
  }
  return Arrays;
}

const ARRAY_KINDS: ReadonlySet<string> = new Set(
  'bool u8 u16 u32 u64 i8 i16 i32 i64 f32 f64 timestamp timeDuration'.split(' '),
);

function hasArray(column: Column): boolean {
  return ARRAY_KINDS.has(column.plan.type.kind);
}

function refuseStale(table: Table): never {
  throw storeError(
    'STORE_STALE_VIEW',
    'columns were used after the statement that gave them',
    { table: table.plan.name },
    'ask for them again: columns.edit, columns.read',
  );
}
