import {
  STATE_CLOSED,
  STATE_GATHERING,
  STATE_MUTATING,
  STATE_OPEN,
  STATE_READ_ONLY,
  storeError,
  type Table,
  type UndoLog,
  writeValue,
} from '../store/index.ts';
import type { Column } from '../store/index.ts';
import type { Caller } from './caller.ts';
import type { ReadLog } from './read-log.ts';
import type { RowCode } from './row-code.ts';

/**
 * What all handles of a world share: the open transaction, if there is one, and the ways from user values into probes and out of
 * slots. Handles live as long as the world, but they answer only while a transaction is open; views, iterators and `ctx.db` belong to one
 * transaction and know its number.
 */
export class Session {
  readonly undo: UndoLog;
  /** By table position. */
  readonly rows: RowCode[] = [];
  /** Notes what is read while the interest function runs; null otherwise. */
  reads: ReadLog | null = null;
  /** Who the last transaction runs for. */
  sender: Caller | null = null;

  constructor(undo: UndoLog) {
    this.undo = undo;
  }

  /** Throws unless the database may be read now. */
  checkRead(table: Table): void {
    const { state } = this.undo;
    if (state !== STATE_OPEN && state !== STATE_READ_ONLY) this.#refuse(table);
  }

  /** Throws unless the database may be written now. */
  checkWrite(table: Table): void {
    if (this.undo.state !== STATE_OPEN) this.#refuse(table);
    if (table.lentTransaction === this.undo.transaction) refuseLent(table);
  }

  /** Throws when a view or an iterator of transaction `transaction` is used after it. */
  checkSame(transaction: number, table: Table): void {
    if (transaction === this.undo.transaction && this.undo.state !== STATE_CLOSED) return;
    throw storeError(
      'STORE_STALE_VIEW',
      'a row view or an iterator was used after its transaction',
      { table: table.plan.name },
      'look the row up again in each transaction',
    );
  }

  /** Checks one user's value into a slot of the table's own (a probe). */
  gatherValue(column: Column, slot: number, value: unknown): void {
    if (typeof value !== 'object') {
      writeValue(column, slot, value);
      return;
    }
    const { undo } = this;
    const { state } = undo;
    undo.state = STATE_GATHERING;
    undo.bumpEpoch();
    try {
      writeValue(column, slot, value);
    } finally {
      undo.state = state;
    }
  }

  /** The same of an identity, which is most often the caller's own: its words are known. */
  gatherIdentity(column: Column, slot: number, value: unknown): void {
    const { sender } = this;
    if (sender === null || value !== sender.identity) {
      this.gatherValue(column, slot, value);
      return;
    }
    const { words } = sender;
    const at = words.length * slot;
    for (let i = 0; i < words.length; i++) column.words[at + i] = words[i]!;
  }

  /** The row as a fresh plain object. */
  readRow(table: Table, slot: number): Record<string, unknown> {
    return this.rows[table.position]!.read(slot);
  }

  /** Notes that a row was read; -1: that the answer depends on the whole table. */
  noteRead(table: Table, slot: number): void {
    if (this.reads !== null) this.reads.note(table, slot);
  }

  #refuse(table: Table): never {
    const place = { table: table.plan.name };
    switch (this.undo.state) {
      case STATE_READ_ONLY:
        throw storeError(
          'STORE_READ_ONLY',
          'a function that may only read tried to write',
          place,
          'write in a reducer or a system',
        );
      case STATE_GATHERING:
        throw storeError(
          'STORE_BUSY',
          'the database was used while it read the columns of a row object',
          place,
          'pass plain values: no accessors that use ctx.db',
        );
      case STATE_MUTATING:
        throw storeError(
          'STORE_TORN',
          'an earlier error cut a write of this transaction in half',
          place,
          'let errors like a stack overflow pass: the transaction can only end',
        );
      default:
        throw storeError(
          'STORE_NO_TRANSACTION',
          'the database was used outside of a transaction',
          place,
          'use ctx.db only while the reducer, system or hook that got it runs',
        );
    }
  }
}

function refuseLent(table: Table): never {
  throw storeError(
    'STORE_BUSY',
    'the table was to be written while a function had its columns in hand',
    { table: table.plan.name },
    'collect what is to be inserted or deleted, and do it after columns.edit',
  );
}
