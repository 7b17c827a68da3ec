import { type Prng, TickbaseError } from '@tickbase/base';
import { SenderError } from '@tickbase/schema';
import type { IndexPlan } from '@tickbase/schema/plan';
import { type Bound, Range } from '@tickbase/schema/values';
import type { Coverage } from './coverage.ts';
import type { ModelRow, ModelTable } from './model-table.ts';
import { randomValue } from './random-value.ts';

/**
 * A random program as a reducer's body: does the same to the database and to the model, and compares every answer. Statements that
 * are refused change nothing and the program goes on. A nested call is a call with the same context.
 */
export function randomProgram(
  prng: Prng,
  models: readonly ModelTable[],
  coverage: Coverage,
): (ctx: ProgramContext) => void {
  const run = (ctx: ProgramContext, depth: number): void => {
    const count = prng.int(1, 6);
    for (let step = 0; step < count; step++) {
      const model = prng.pick(models);
      const handle = ctx.db[model.plan.accessor]!;
      if (depth < 2 && prng.int(0, 11) === 0) {
        coverage.count('nested call');
        run(ctx, depth + 1);
      } else {
        new Statement(prng, model, handle, coverage).run();
      }
    }
    if (prng.int(0, 9) === 0) {
      coverage.count('thrown');
      throw prng.int(0, 1) === 0 ? new SenderError('no') : new Error('broken');
    }
  };
  return (ctx) => run(ctx, 0);
}

export interface ProgramContext {
  readonly db: Readonly<Record<string, Handle>>;
}

// Handles are made at run time from the plan: here they are whatever the statement calls.
// oxlint-disable-next-line typescript/no-explicit-any
type Handle = any;

class Statement {
  readonly #prng: Prng;
  readonly #model: ModelTable;
  readonly #handle: Handle;
  readonly #coverage: Coverage;

  constructor(prng: Prng, model: ModelTable, handle: Handle, coverage: Coverage) {
    this.#prng = prng;
    this.#model = model;
    this.#handle = handle;
    this.#coverage = coverage;
  }

  run(): void {
    const model = this.#model;
    const hasKey = model.plan.primaryKey !== null;
    const kind = this.#prng.int(0, 15);
    if (kind <= 4) this.#insert();
    else if (kind === 5) this.#deleteAndInsert();
    else if (kind <= 7 && hasKey) this.#update();
    else if (kind <= 9 && hasKey) this.#edit();
    else if (kind === 10) this.#deleteRow();
    else if (kind === 11) this.#deleteByIndex();
    else if (kind <= 13) this.#read();
    else if (kind === 14) this.#refused();
    else if (this.#prng.int(0, 9) === 0) this.#clear();
    else this.#loop();
  }

  #insert(): void {
    const row = this.#randomRow();
    this.#expect('insert', this.#model.insert(row), () => this.#handle.insert(row));
  }

  #deleteAndInsert(): void {
    const row = this.#someRow();
    if (row === null) return;
    this.#model.delete([row]);
    same(this.#handle.delete(row), true, 'delete of a row that is there');
    const next = this.#prng.int(0, 1) === 0 ? row : this.#changed(row);
    this.#coverage.count('delete and insert');
    this.#expect('insert', this.#model.insert(next), () => this.#handle.insert(next));
  }

  #update(): void {
    const row = this.#someRow();
    const next = row === null || this.#prng.int(0, 5) === 0 ? this.#randomRow() : this.#changed(row);
    const { primaryKey } = this.#model.plan;
    const key = this.#keyHandle();
    if (this.#prng.int(0, 1) === 0) {
      this.#expect('update', this.#model.update(next), () => key.update(next));
      return;
    }
    const known = this.#model.equalTo(next, primaryKey!).length > 0;
    this.#expect('upsert', known ? this.#model.update(next) : this.#model.insert(next), () => key.upsert(next));
  }

  #edit(): void {
    const row = this.#someRow();
    if (row === null) return;
    const { plan } = this.#model;
    const free = plan.columns.filter((_, position) => !plan.primaryKey!.includes(position));
    const view = this.#keyHandle().edit(this.#keyOf(row, plan.primaryKey!));
    let current = row;
    for (let i = this.#prng.int(1, 3); i > 0 && free.length > 0; i--) {
      const column = this.#prng.pick(free);
      const value = this.#randomCell(plan.columns.indexOf(column));
      const next = { ...current, [column.accessor]: value };
      const outcome = this.#model.replace(current, next);
      this.#expect('edit', typeof outcome === 'string' ? outcome : next, () => {
        view[column.accessor] = value;
        return Object.fromEntries(plan.columns.map(({ accessor }) => [accessor, view[accessor]]));
      });
      if (typeof outcome !== 'string') current = next;
    }
  }

  #deleteRow(): void {
    const row = this.#prng.int(0, 3) === 0 ? this.#randomRow() : (this.#someRow() ?? this.#randomRow());
    const rows = this.#model.equalTo(row, [...this.#model.plan.columns.keys()]);
    this.#model.delete(rows);
    same(this.#handle.delete(row), rows.length > 0, 'delete of a row');
  }

  #deleteByIndex(): void {
    const index = this.#prng.pick(this.#model.plan.indexes);
    this.#coverage.count(`delete by ${index.isUnique ? 'unique ' : ''}${index.algorithm}`);
    const bounds = this.#randomBounds(index, !index.isUnique);
    const rows = this.#model.within(index.columns, bounds);
    this.#model.delete(rows);
    const asked = index.columns.length === 1 ? bounds[0] : bounds;
    const expected = index.isUnique ? rows.length > 0 : rows.length;
    same(this.#handle[index.accessor].delete(asked), expected, `delete by ${index.accessor}`);
  }

  #read(): void {
    const model = this.#model;
    same(this.#handle.count(), BigInt(model.rows.length), 'count');
    this.#sameRows([...this.#handle.iter()], model.rows, 'iter');
    const index = this.#prng.pick(model.plan.indexes);
    const bounds = this.#randomBounds(index, true);
    const asked = index.columns.length === 1 ? bounds[0] : bounds;
    const expected = model.within(index.columns, bounds);
    this.#sameRows(Array.from(this.#handle[index.accessor].filter(asked)), expected, `filter by ${index.accessor}`);
    this.#coverage.count(`filter by ${index.algorithm}`);
    if (bounds.some((bound) => bound instanceof Range)) this.#coverage.count('range');
    if (bounds.length < index.columns.length) this.#coverage.count('prefix');
    if (index.isUnique) {
      const whole = this.#randomBounds(index, false);
      const found = this.#handle[index.accessor].find(index.columns.length === 1 ? whole[0] : whole);
      this.#sameRows(found === null ? [] : [found], model.within(index.columns, whole), 'find');
    }
    const { spatial } = model.plan;
    if (spatial?.kind !== 'position') return;
    const [x, y, space, radius] = [
      this.#prng.int(-50, 50),
      this.#prng.int(-50, 50),
      this.#prng.int(1, 12),
      this.#prng.int(0, 60),
    ];
    const name = (column: number): string => model.plan.columns[column]!.accessor;
    const near = model.rows.filter((row) => {
      const dx = Math.fround(row[name(spatial.x)] as number) - x;
      const dy = (row[name(spatial.y)] as number) - y;
      return row[name(spatial.space!)] === space && dx * dx + dy * dy <= radius * radius;
    });
    if (near.length > 0) this.#coverage.count('within');
    this.#sameRows([...this.#handle.within({ x, y, space, radius })], near, 'within');
  }

  #refused(): void {
    const row = this.#randomRow();
    const column = this.#prng.pick(this.#model.plan.columns);
    row[column.accessor] = Symbol('no value of any column');
    this.#expect('insert', 'VALUE_', () => this.#handle.insert(row));
  }

  #clear(): void {
    const count = this.#model.rows.length;
    this.#model.delete(this.#model.rows);
    same(this.#handle.clear(), BigInt(count), 'clear');
    this.#coverage.count('clear');
  }

  /**
   * Deletes and inserts while it goes over the table: rows of the start come unless they died, and no others. A row that died and was
   * inserted again under its key is the same row.
   */
  #loop(): void {
    const model = this.#model;
    const keyColumns = model.plan.primaryKey ?? [...model.plan.columns.keys()];
    const { rows } = model;
    let turns = 0;
    for (const row of this.#handle) {
      const isThere = model.rows.some((other) => model.textOf(other) === model.textOf(row));
      if (!isThere) throw new Mismatch('a loop met a row that had died');
      if (!rows.some((other) => model.isSame(other, row, keyColumns))) throw new Mismatch('a loop met a row of later');
      if (this.#prng.int(0, 3) === 0) this.#insert();
      if (this.#prng.int(0, 3) === 0 && model.rows.length > 0) {
        const victim = this.#prng.pick(model.rows);
        model.delete([victim]);
        same(this.#handle.delete(victim), true, 'delete in a loop');
      }
      if (++turns > 20) break;
    }
    this.#coverage.count('loop');
  }

  #keyHandle(): Handle {
    const { plan } = this.#model;
    const index = plan.indexes[0]!;
    return this.#handle[index.accessor];
  }

  #keyOf(row: ModelRow, columns: readonly number[]): unknown {
    const values = columns.map((column) => row[this.#model.plan.columns[column]!.accessor]);
    return values.length === 1 ? values[0] : values;
  }

  #someRow(): ModelRow | null {
    const { rows } = this.#model;
    return rows.length === 0 ? null : this.#prng.pick(rows);
  }

  #randomCell(position: number): unknown {
    const { plan } = this.#model;
    const isIndexed = plan.indexes.some((index) => index.columns.includes(position));
    const isPlace = plan.spatial?.kind === 'position' && (plan.spatial.x === position || plan.spatial.y === position);
    return randomValue(this.#prng, plan.columns[position]!.type, !isIndexed && !isPlace);
  }

  #randomRow(): ModelRow {
    const row: ModelRow = {};
    for (const [position, column] of this.#model.plan.columns.entries()) {
      const isAsking = column.autoInc && this.#prng.int(0, 1) === 0;
      const zero = Number(column.type.kind.slice(1)) >= 64 ? 0n : 0;
      row[column.accessor] = isAsking ? zero : this.#randomCell(position);
    }
    return row;
  }

  #changed(row: ModelRow): ModelRow {
    const next = { ...row };
    const { plan } = this.#model;
    const free = plan.columns.filter((_, position) => plan.primaryKey?.includes(position) !== true);
    for (let i = this.#prng.int(0, 2); i > 0 && free.length > 0; i--) {
      const column = this.#prng.pick(free);
      next[column.accessor] = this.#randomCell(plan.columns.indexOf(column));
    }
    return next;
  }

  #randomBounds(index: IndexPlan, isRangeAllowed: boolean): unknown[] {
    const row = this.#prng.int(0, 2) === 0 ? this.#randomRow() : (this.#someRow() ?? this.#randomRow());
    const isOpen = isRangeAllowed && index.algorithm === 'btree';
    const width = isOpen ? this.#prng.int(1, index.columns.length) : index.columns.length;
    const bounds = index.columns.slice(0, width).map((column) => row[this.#model.plan.columns[column]!.accessor]);
    if (!isOpen || this.#prng.int(0, 1) === 0) return bounds;
    const last = index.columns[width - 1]!;
    const bound = (): Bound<unknown> => {
      const tag = this.#prng.pick(['included', 'excluded', 'unbounded'] as const);
      return tag === 'unbounded' ? { tag } : { tag, value: this.#randomCell(last) };
    };
    return [...bounds.slice(0, -1), new Range(bound(), bound())];
  }

  /** Runs a statement that is to give `expected`: a row, or an error whose code begins so. */
  #expect(what: string, expected: ModelRow | string, statement: () => ModelRow): void {
    let outcome: ModelRow | string;
    try {
      outcome = statement();
    } catch (error) {
      if (!(error instanceof TickbaseError)) throw error;
      outcome = error.code;
    }
    if (typeof expected === 'string') {
      if (typeof outcome !== 'string' || !outcome.startsWith(expected)) {
        throw new Mismatch(`${what} gave ${typeof outcome === 'string' ? outcome : 'a row'}, not ${expected}`);
      }
      this.#coverage.count(outcome.startsWith('VALUE_') ? 'refused value' : outcome);
      return;
    }
    if (typeof outcome === 'string') throw new Mismatch(`${what} was refused: ${outcome}`);
    this.#sameRows([outcome], [expected], what);
    this.#coverage.count(what);
  }

  #sameRows(actual: readonly ModelRow[], expected: readonly ModelRow[], what: string): void {
    const texts = (rows: readonly ModelRow[]): string =>
      rows
        .map((row) => this.#model.textOf(row))
        .sort()
        .join('\n');
    same(texts(actual), texts(expected), `${what} on ${this.#model.plan.name}`);
  }
}

/** The database and the model differ. */
export class Mismatch extends Error {}

function same(actual: unknown, expected: unknown, what: string): void {
  if (actual !== expected) throw new Mismatch(`${what}: ${String(actual)} where the model has ${String(expected)}`);
}
