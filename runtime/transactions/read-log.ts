import type { TablePlan } from '@tickbase/schema/plan';

/** The rows that the interest function read, as pairs (table position, slot); slot -1: the whole table. */
export class ReadLog {
  readonly pairs = new Int32Array(2 * PAIRS_MAX);
  count = 0;

  readonly #tables = new Map<object, TablePlan>();

  reset(): void {
    this.count = 0;
    this.#tables.clear();
  }

  /** Remembers which table a row object came from. */
  noteRow(row: object, table: TablePlan): void {
    this.#tables.set(row, table);
  }

  tableOfRow(row: object): TablePlan | undefined {
    return this.#tables.get(row);
  }

  note(table: number, slot: number): void {
    const { pairs } = this;
    for (let i = 0; i < this.count; i++) {
      if (pairs[2 * i] === table && (pairs[2 * i + 1] === slot || pairs[2 * i + 1] === WHOLE_TABLE)) return;
    }
    if (this.count === PAIRS_MAX) {
      this.#widen();
      this.note(table, slot);
      return;
    }
    pairs[2 * this.count] = table;
    pairs[2 * this.count + 1] = slot;
    this.count++;
  }

  /** Too many rows to list: every table that was read counts as read whole. */
  #widen(): void {
    const tables = new Set<number>();
    for (let i = 0; i < this.count; i++) tables.add(this.pairs[2 * i]!);
    this.count = 0;
    for (const table of tables) {
      this.pairs[2 * this.count] = table;
      this.pairs[2 * this.count + 1] = WHOLE_TABLE;
      this.count++;
    }
  }
}

export const WHOLE_TABLE = -1;

/** An interest function reads a handful of rows; one that reads more is run again at any change of its tables. More than modules have tables. */
const PAIRS_MAX = 256;
