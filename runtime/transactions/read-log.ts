import type { TablePlan } from '@tickbase/schema/plan';

/**
 * What the interest function read: rows as pairs (table position, slot), slot -1 for the whole table, and for each pair the
 * columns that it looked at. A row is handed to it behind a proxy, so that a change of columns that it never looked at need not run it
 * again.
 */
export class ReadLog {
  readonly pairs = new Int32Array(2 * PAIRS_MAX);
  /**
   * u32 by pair: bit c is set when column c was looked at, or when it may decide which row a look-up finds; bit 31 stands for column 31
   * and all after it. Never 0.
   */
  readonly columns = new Uint32Array(PAIRS_MAX);
  count = 0;

  readonly #rows = new Map<object, TracedRow>();
  /** By table position. */
  readonly #tables: (TableBits | undefined)[] = [];

  reset(): void {
    this.count = 0;
    if (this.#rows.size > 0) this.#rows.clear();
  }

  /** The row as the interest function gets it: like `row` in all that a module can tell. */
  trace(row: Record<string, unknown>, table: ReadTable, slot: number): Record<string, unknown> {
    const traced = new TracedRow(this, row, table, slot, this.#bitsOf(table));
    const proxy = new Proxy(row, traced);
    this.#rows.set(proxy, traced);
    return proxy;
  }

  /** What `trace` made this object of; undefined: it is none of them. */
  tracedRow(object: object): TracedRow | undefined {
    return this.#rows.get(object);
  }

  /** A row was found by one of the table's indexes; slot -1: the answer depends on the whole table. */
  note(table: ReadTable, slot: number): void {
    this.noteColumns(table.position, slot, this.#bitsOf(table).ofIndexes);
  }

  noteColumns(position: number, slot: number, bits: number): void {
    const { pairs, columns } = this;
    for (let i = 0; i < this.count; i++) {
      if (pairs[2 * i] !== position || (pairs[2 * i + 1] !== slot && pairs[2 * i + 1] !== WHOLE_TABLE)) continue;
      columns[i]! |= bits;
      return;
    }
    if (this.count === PAIRS_MAX) {
      this.#widen();
      this.noteColumns(position, slot, bits);
      return;
    }
    pairs[2 * this.count] = position;
    pairs[2 * this.count + 1] = slot;
    columns[this.count] = bits;
    this.count++;
  }

  #bitsOf(table: ReadTable): TableBits {
    return (this.#tables[table.position] ??= new TableBits(table.plan));
  }

  /** Too many rows to list: every table that was read counts as read whole. */
  #widen(): void {
    const tables = new Set<number>();
    for (let i = 0; i < this.count; i++) tables.add(this.pairs[2 * i]!);
    this.count = 0;
    for (const table of tables) {
      this.pairs[2 * this.count] = table;
      this.pairs[2 * this.count + 1] = WHOLE_TABLE;
      this.columns[this.count] = ALL_COLUMNS;
      this.count++;
    }
  }
}

/** What is needed of a table. */
export interface ReadTable {
  readonly position: number;
  readonly plan: TablePlan;
}

/** A row that the interest function was given, and the traps of its proxy. */
export class TracedRow implements ProxyHandler<Record<string, unknown>> {
  readonly row: Record<string, unknown>;
  readonly table: ReadTable;
  readonly slot: number;
  /** The function has written to its copy: it no longer stands for the row in the table. */
  isAltered = false;
  readonly #log: ReadLog;
  readonly #bits: TableBits;

  constructor(log: ReadLog, row: Record<string, unknown>, table: ReadTable, slot: number, bits: TableBits) {
    this.#log = log;
    this.row = row;
    this.table = table;
    this.slot = slot;
    this.#bits = bits;
  }

  get(row: Record<string, unknown>, key: string | symbol): unknown {
    this.#look(key);
    return row[key as string];
  }

  getOwnPropertyDescriptor(row: Record<string, unknown>, key: string | symbol): PropertyDescriptor | undefined {
    this.#look(key);
    return Object.getOwnPropertyDescriptor(row, key);
  }

  set(row: Record<string, unknown>, key: string | symbol, value: unknown): boolean {
    this.alter();
    row[key as string] = value;
    return true;
  }

  defineProperty(row: Record<string, unknown>, key: string | symbol, descriptor: PropertyDescriptor): boolean {
    this.alter();
    return Reflect.defineProperty(row, key, descriptor);
  }

  deleteProperty(row: Record<string, unknown>, key: string | symbol): boolean {
    this.alter();
    return Reflect.deleteProperty(row, key);
  }

  /** From here on the row counts as looked at in all its columns. */
  alter(): void {
    this.isAltered = true;
    this.#log.noteColumns(this.table.position, this.slot, ALL_COLUMNS);
  }

  #look(key: string | symbol): void {
    const bit = this.#bits.ofAccessor.get(key);
    if (bit !== undefined) this.#log.noteColumns(this.table.position, this.slot, bit);
  }
}

class TableBits {
  readonly ofAccessor = new Map<string | symbol, number>();
  /** Columns of indexes, never none. */
  readonly ofIndexes: number;

  constructor(plan: TablePlan) {
    plan.columns.forEach(({ accessor }, column) => this.ofAccessor.set(accessor, bitOf(column)));
    let bits = 0;
    for (const { columns } of plan.indexes) for (const column of columns) bits |= bitOf(column);
    this.ofIndexes = bits === 0 ? ALL_COLUMNS : bits >>> 0;
  }
}

function bitOf(column: number): number {
  return (1 << Math.min(column, 31)) >>> 0;
}

export const WHOLE_TABLE = -1;
const ALL_COLUMNS = 0xffff_ffff;

/** An interest function reads a handful of rows; one that reads more is run again at any change of its tables. More than modules have tables. */
const PAIRS_MAX = 256;
