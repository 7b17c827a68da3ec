import { ByteWriter } from '@tickbase/base';
import { encodeValue } from '@tickbase/protocol';
import type { TablePlan, TypePlan } from '@tickbase/schema/plan';
import { Range, compareValues } from '@tickbase/schema/values';

export type ModelRow = Record<string, unknown>;

/** A table as a list of rows, every question answered by looking at all of them. Rows are never changed in place. */
export class ModelTable {
  readonly plan: TablePlan;
  rows: readonly ModelRow[] = [];
  /** Last number given, by column position. */
  sequences: readonly number[];
  readonly #cells = new WeakMap<ModelRow, readonly string[]>();

  constructor(plan: TablePlan) {
    this.plan = plan;
    this.sequences = plan.columns.map(() => 0);
  }

  /** The row as it is held, or the code of the error. */
  insert(given: ModelRow): ModelRow | string {
    const row = { ...given };
    for (const [position, column] of this.plan.columns.entries()) {
      const value = row[column.accessor];
      if (!column.autoInc || (value !== 0 && value !== 0n)) continue;
      const bits = Number(column.type.kind.slice(1));
      const max = bits >= 64 ? Number.MAX_SAFE_INTEGER : 2 ** (column.type.kind.startsWith('i') ? bits - 1 : bits) - 1;
      const isAlone = this.#uniques().some((columns) => columns.length === 1 && columns[0] === position);
      const isTaken = (): boolean =>
        isAlone &&
        this.rows.some((other) => this.cellsOf(other)[position] === bytesOf(column.type, row[column.accessor]));
      let next = this.sequences[position]!;
      do {
        if (next >= max) return 'STORE_SEQUENCE_EXHAUSTED';
        next++;
        row[column.accessor] = bits >= 64 ? BigInt(next) : next;
      } while (isTaken());
      this.sequences = this.sequences.with(position, next);
    }
    if (this.#hasTwin(row, null)) return 'STORE_UNIQUE_VIOLATION';
    const twin = this.plan.primaryKey === null ? this.equalTo(row, [...this.plan.columns.keys()])[0] : undefined;
    if (twin !== undefined) return twin;
    if (this.#isTooLarge(row)) return 'STORE_DIRECT_KEY';
    this.rows = [...this.rows, row];
    return row;
  }

  update(row: ModelRow): ModelRow | string {
    const old = this.rows.find((other) => this.isSame(other, row, this.plan.primaryKey!));
    if (old === undefined) return 'STORE_NO_SUCH_ROW';
    return this.replace(old, row);
  }

  replace(old: ModelRow, row: ModelRow): ModelRow | string {
    if (this.#hasTwin(row, old)) return 'STORE_UNIQUE_VIOLATION';
    if (this.#isTooLarge(row)) return 'STORE_DIRECT_KEY';
    this.rows = this.rows.map((other) => (other === old ? row : other));
    return row;
  }

  delete(rows: readonly ModelRow[]): void {
    this.rows = this.rows.filter((row) => !rows.includes(row));
  }

  /** Rows whose columns equal the row's. */
  equalTo(row: ModelRow, columns: readonly number[]): ModelRow[] {
    return this.rows.filter((other) => this.isSame(other, row, columns));
  }

  /** Rows within a prefix of values, the last of which may be a Range. */
  within(columns: readonly number[], bounds: readonly unknown[]): ModelRow[] {
    return this.rows.filter((row) =>
      bounds.every((bound, i) => {
        const { type, accessor } = this.plan.columns[columns[i]!]!;
        const value = row[accessor];
        if (!(bound instanceof Range)) return this.cellsOf(row)[columns[i]!] === bytesOf(type, bound);
        const { from, to } = bound as Range<unknown>;
        const fromOrder = from.tag === 'unbounded' ? 1 : compareValues(type, value, from.value);
        const toOrder = to.tag === 'unbounded' ? -1 : compareValues(type, value, to.value);
        return (
          (from.tag === 'excluded' ? fromOrder > 0 : fromOrder >= 0) &&
          (to.tag === 'excluded' ? toOrder < 0 : toOrder <= 0)
        );
      }),
    );
  }

  isSame(a: ModelRow, b: ModelRow, columns: readonly number[]): boolean {
    const cellsA = this.cellsOf(a);
    const cellsB = this.cellsOf(b);
    return columns.every((position) => cellsA[position] === cellsB[position]);
  }

  /** The row as text; equal rows have equal texts. */
  textOf(row: ModelRow): string {
    return this.cellsOf(row).join('|');
  }

  /** The row's cells as texts by column; kept, so the row must not be changed any more. */
  cellsOf(row: ModelRow): readonly string[] {
    let cells = this.#cells.get(row);
    if (cells === undefined) {
      cells = this.plan.columns.map(({ type, accessor }) => bytesOf(type, row[accessor]));
      this.#cells.set(row, cells);
    }
    return cells;
  }

  #uniques(): (readonly number[])[] {
    const { primaryKey, indexes } = this.plan;
    return [...(primaryKey === null ? [] : [primaryKey]), ...indexes.filter((i) => i.isUnique).map((i) => i.columns)];
  }

  /** Unique direct indexes are arrays, of bounded length. */
  #isTooLarge(row: ModelRow): boolean {
    return this.plan.indexes.some((index) => {
      if (index.algorithm !== 'direct' || !index.isUnique) return false;
      const value = row[this.plan.columns[index.columns[0]!]!.accessor];
      return (typeof value === 'number' || typeof value === 'bigint') && value >= 2 ** 26;
    });
  }

  #hasTwin(row: ModelRow, except: ModelRow | null): boolean {
    return this.#uniques().some((columns) =>
      this.rows.some((other) => other !== except && this.isSame(other, row, columns)),
    );
  }
}

const writer = new ByteWriter(256);

/** The positional encoding as text, a character for each byte. */
export function bytesOf(type: TypePlan, value: unknown): string {
  writer.reset();
  encodeValue(writer, type, value);
  const bytes = writer.view();
  let text = '';
  for (let i = 0; i < bytes.length; i++) text += String.fromCharCode(bytes[i]!);
  return text;
}
