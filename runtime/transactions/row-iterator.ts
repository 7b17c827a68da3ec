import type { Table } from '../store/index.ts';
import type { Session } from './session.ts';

/**
 * Goes over rows. Which rows is fixed at the start: rows inserted later do not come, rows that die before their turn are left out,
 * and each comes with the values it has at its turn. So a loop may insert, change and delete as it likes. (A row that died and was
 * inserted again under its primary key within the tick is the same row.)
 */
export class RowIterator<Row> implements IterableIterator<Row> {
  readonly #session: Session;
  readonly #table: Table;
  readonly #transaction: number;
  /** Slots in order; null: a scan over `#members`. */
  readonly #slots: readonly number[] | null;
  /** u8 by slot: 1 for those that lived at the start. */
  readonly #members: Uint8Array;
  readonly #read: (slot: number) => Row;
  #next = 0;

  /** `slots`: which rows, in which order; null: all rows of the table, in slot order. */
  constructor(session: Session, table: Table, slots: readonly number[] | null, read: (slot: number) => Row) {
    this.#session = session;
    this.#table = table;
    this.#transaction = session.undo.transaction;
    this.#slots = slots;
    this.#members = slots === null ? table.live.slice(0, table.slotCount) : NO_MEMBERS;
    this.#read = read;
  }

  next(): IteratorResult<Row, undefined> {
    this.#session.checkSame(this.#transaction, this.#table);
    this.#session.checkRead(this.#table);
    const { live } = this.#table;
    if (this.#slots === null) {
      const members = this.#members;
      while (this.#next < members.length) {
        const slot = this.#next++;
        if (members[slot] === 1 && live[slot] === 1) return { done: false, value: this.#read(slot) };
      }
    } else {
      while (this.#next < this.#slots.length) {
        const slot = this.#slots[this.#next++]!;
        if (live[slot] === 1) return { done: false, value: this.#read(slot) };
      }
    }
    return { done: true, value: undefined };
  }

  [Symbol.iterator](): this {
    return this;
  }
}

const NO_MEMBERS = new Uint8Array(0);
