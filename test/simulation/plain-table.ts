import { assert } from '@tickbase/base';
import type { TablePlan } from '@tickbase/schema/plan';
import { equalValues } from '@tickbase/schema/values';
import { type PlainCell, type PlainRow, seenRowOf } from './plain-row.ts';
import { valueText } from './value-text.ts';

/** How far past its cell's border a row may be and stay in it, in cells. */
const BORDER = 1 / 16;

/** What a table must hold, by a map and by rules that are worked out anew for each write. Undone step by step. */
export class PlainTable {
  readonly plan: TablePlan;
  readonly position: number;
  readonly keyColumns: readonly number[];
  /** By key. */
  readonly rows = new Map<string, PlainRow>();
  /** Something was written since the last end of a tick. */
  isChanged = false;
  /** Rows written so far; a write that changes nothing is none. */
  writeCount = 0;
  readonly #journal: (() => void)[];
  readonly #takeLife: () => number;
  readonly #uniques: readonly (readonly number[])[];
  readonly #cells = new Map<string, PlainCell>();
  /** By column: the last number that auto-increment gave. */
  readonly #given = new Map<number, number>();
  /** Lives that ended in this tick, by key. */
  #fallen = new Map<string, number>();

  /** `journal`: gets what undoes each step, for all tables of a world. */
  constructor(plan: TablePlan, position: number, journal: (() => void)[], takeLife: () => number) {
    this.plan = plan;
    this.position = position;
    this.#journal = journal;
    this.#takeLife = takeLife;
    this.keyColumns = plan.primaryKey ?? plan.columns.map((_, c) => c);
    this.#uniques = plan.indexes.filter(({ isUnique }) => isUnique).map(({ columns }) => columns);
  }

  keyOf(values: readonly unknown[]): string {
    return this.keyColumns.map((c) => valueText(values[c])).join(' ');
  }

  /** The key's text from its value, for keys of one column. */
  keyTextOf(value: unknown): string {
    return valueText(value);
  }

  /** Inserts a row, 0 in an auto-increment column standing for the next number. Null: it is refused. */
  insert(given: readonly unknown[]): PlainRow | null {
    if (!this.#isFit(given)) return null;
    const values = given.map((value, c) => this.#numbered(c, value, given));
    const key = this.keyOf(values);
    const twin = this.rows.get(key);
    if (this.plan.primaryKey === null && !this.plan.isEvent && twin !== undefined) return twin;
    if (this.#breaksUnique(values, null)) return null;
    const life = this.#fallen.get(key) ?? this.#takeLife();
    const row = this.#make(values, life, null, null);
    this.#put(this.plan.isEvent ? `${key} ${life}` : key, row);
    return row;
  }

  /** Gives the row with these key columns these values. Null: there is no such row, or they are refused. */
  update(values: readonly unknown[]): PlainRow | null {
    if (!this.#isFit(values)) return null;
    const key = this.keyOf(values);
    const before = this.rows.get(key);
    if (before === undefined) return null;
    if (this.plan.columns.every(({ type }, c) => isSame(type, before.values[c], values[c]))) return before;
    if (this.#breaksUnique(values, before)) return null;
    const row = this.#make(values, before.life, before, before.cell);
    this.#put(key, row);
    return row;
  }

  /** As `update`, of one column of a row that is there. */
  updateColumn(key: string, column: number, value: unknown): PlainRow | null {
    const before = this.rows.get(key);
    assert(before !== undefined, 'a column is changed in a row that is there');
    return this.update(before.values.map((old, c) => (c === column ? value : old)));
  }

  delete(key: string): boolean {
    const row = this.rows.get(key);
    if (row === undefined) return false;
    this.#put(key, null);
    if (this.plan.isEvent) return true;
    this.#fallen.set(key, row.life);
    this.#journal.push(() => this.#fallen.delete(key));
    return true;
  }

  /** What is there now, and a way back to it. Between ticks. */
  keep(): { readonly rows: ReadonlyMap<string, PlainRow>; readonly restore: () => void } {
    const rows = new Map(this.rows);
    const given = new Map(this.#given);
    const restore = (): void => {
      this.rows.clear();
      for (const [key, row] of rows) this.rows.set(key, row);
      this.#given.clear();
      for (const [column, number] of given) this.#given.set(column, number);
      this.endTick();
    };
    return { rows, restore };
  }

  endTick(): void {
    this.isChanged = false;
    if (this.#fallen.size > 0) this.#fallen = new Map();
    if (this.plan.isEvent) this.rows.clear();
  }

  /** The cell of a point; `current`: where its row was. */
  cellAt(current: PlainCell | null, space: number, x: number, y: number): PlainCell {
    const cellM = (this.plan.spatial as { cell: number }).cell;
    if (current !== null && current.space === space) {
      const overM = cellM * BORDER;
      const [left, bottom] = [current.cellX * cellM, current.cellY * cellM];
      const isNearX = x >= left - overM && x < left + cellM + overM;
      if (isNearX && y >= bottom - overM && y < bottom + cellM + overM) return current;
    }
    const [cellX, cellY] = [Math.floor(x / cellM), Math.floor(y / cellM)];
    const text = `${space},${cellX},${cellY}`;
    let cell = this.#cells.get(text);
    if (cell === undefined) this.#cells.set(text, (cell = { text, space, cellX, cellY }));
    return cell;
  }

  #make(values: readonly unknown[], life: number, before: PlainRow | null, current: PlainCell | null): PlainRow {
    const { spatial } = this.plan;
    const cell =
      spatial?.kind === 'position'
        ? this.cellAt(
            current,
            spatial.space === null ? 0 : (values[spatial.space] as number),
            values[spatial.x] as number,
            values[spatial.y] as number,
          )
        : null;
    return {
      key: this.keyOf(values),
      values,
      seen: seenRowOf(this.plan, values, before?.seen ?? null),
      life,
      cell,
    };
  }

  #put(key: string, row: PlainRow | null): void {
    const before = this.rows.get(key);
    if (row === null) this.rows.delete(key);
    else this.rows.set(key, row);
    this.isChanged = true;
    this.writeCount++;
    this.#journal.push(() => {
      if (before === undefined) this.rows.delete(key);
      else this.rows.set(key, before);
    });
  }

  /** Positions are finite, and so is what stands in an index. */
  #isFit(values: readonly unknown[]): boolean {
    const { spatial, indexes } = this.plan;
    const isFinite = (c: number): boolean => typeof values[c] !== 'number' || Number.isFinite(values[c]);
    if (spatial?.kind === 'position' && !(isFinite(spatial.x) && isFinite(spatial.y))) return false;
    return indexes.every(({ columns }) => columns.every(isFinite));
  }

  #numbered(column: number, value: unknown, row: readonly unknown[]): unknown {
    const { autoInc, type } = this.plan.columns[column]!;
    if (!autoInc || Number(value) !== 0) return value;
    const before = this.#given.get(column) ?? 0;
    let given = before;
    const isTaken = (): boolean =>
      this.#uniques.some(
        (columns) =>
          columns.length === 1 &&
          columns[0] === column &&
          [...this.rows.values()].some(({ values }) => Number(values[column]) === given),
      );
    do given++;
    while (isTaken());
    this.#given.set(column, given);
    this.#journal.push(() => this.#given.set(column, before));
    return typeof row[column] === 'bigint' || /64|128|256/.test(type.kind) ? BigInt(given) : given;
  }

  #breaksUnique(values: readonly unknown[], before: PlainRow | null): boolean {
    if (this.#uniques.length === 0) return false;
    for (const columns of this.#uniques) {
      for (const row of this.rows.values()) {
        if (row === before) continue;
        if (columns.every((c) => equalValues(this.plan.columns[c]!.type, row.values[c], values[c]))) return true;
      }
    }
    return false;
  }
}

function isSame(type: TablePlan['columns'][number]['type'], a: unknown, b: unknown): boolean {
  return typeof a === 'number' ? Object.is(a, b) : equalValues(type, a, b);
}
