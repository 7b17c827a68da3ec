import { type Prng, TickbaseError } from '@tickbase/base';
import { SenderError } from '@tickbase/schema';
import type { ColumnPlan, IndexPlan } from '@tickbase/schema/plan';
import { type Bound, Range, TimeDuration, Timestamp } from '@tickbase/schema/values';
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
  statementsMax = 6,
): (ctx: ProgramContext) => void {
  const run = (ctx: ProgramContext, depth: number): void => {
    const count = prng.int(1, statementsMax);
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
    const kind = this.#prng.int(0, 18);
    if (kind === 16) this.#insertMany();
    else if (kind === 17 && hasKey) this.#sweep();
    else if (kind === 18) this.#editColumns();
    else if (kind <= 4) this.#insert();
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

  /** Several rows at once: all of them, or none. */
  #insertMany(): void {
    const model = this.#model;
    const rows = Array.from({ length: this.#prng.int(0, 5) }, () => this.#randomRow());
    const { rows: rowsBefore, sequences } = model;
    let expected: number | string = 0;
    for (const row of rows) {
      const countBefore = model.rows.length;
      const outcome = model.insert(row);
      if (typeof outcome === 'string') {
        expected = outcome;
        model.rows = rowsBefore;
        model.sequences = sequences;
        break;
      }
      expected += model.rows.length - countBefore;
    }
    let actual: number | string;
    try {
      actual = this.#handle.insertMany(rows);
    } catch (error) {
      if (!(error instanceof TickbaseError)) throw error;
      actual = error.code;
    }
    same(actual, expected, `insertMany on ${model.plan.name}`);
    this.#coverage.count(typeof expected === 'string' ? 'insertMany refused' : 'insertMany');
  }

  /** A loop of views over all rows, which writes the columns that no index has; now and then it asks for neighbours on its way. */
  #sweep(): void {
    const model = this.#model;
    const { plan } = model;
    const free = [...plan.columns.keys()].filter((position) => !plan.primaryKey!.includes(position));
    const written = Array.from({ length: Math.min(free.length, this.#prng.int(1, 3)) }, () => this.#prng.pick(free));
    let turns = this.#prng.int(1, 12);
    for (const view of this.#handle.edit()) {
      if (--turns < 0) break;
      const row = model.equalTo(rowOf(plan.columns, view), plan.primaryKey!)[0]!;
      let current = row;
      for (const position of written) {
        const { accessor } = plan.columns[position]!;
        const value = this.#randomCell(position);
        const next = { ...current, [accessor]: value };
        const outcome = model.replace(current, next);
        this.#expect('sweep', typeof outcome === 'string' ? outcome : next, () => {
          view[accessor] = value;
          return rowOf(plan.columns, view);
        });
        if (typeof outcome !== 'string') current = next;
      }
      if (this.#prng.int(0, 7) === 0) this.#readNear();
      if (this.#prng.int(0, 7) === 0) this.#deleteRow();
      if (this.#prng.int(0, 11) === 0) this.#insert();
    }
  }

  #editColumns(): void {
    const model = this.#model;
    const { plan } = model;
    const isFree = (position: number): boolean =>
      !plan.primaryKey?.includes(position) && !plan.indexes.some((index) => index.columns.includes(position));
    const able = [...plan.columns.keys()].filter((position) => ARRAY_KINDS.has(plan.columns[position]!.type.kind));
    const free = plan.primaryKey === null ? [] : able.filter(isFree);
    const names = free.filter(() => this.#prng.int(0, 1) === 0).map((position) => plan.columns[position]!.accessor);
    const seen: ModelRow[] = [];
    const look = (columns: Handle, slot: number): void => {
      const entries = able.map((position) => [
        plan.columns[position]!.accessor,
        columns[plan.columns[position]!.accessor][slot],
      ]);
      seen.push(Object.fromEntries(entries));
    };
    if (names.length === 0) {
      this.#handle.columns.read((columns: Handle, start: number, end: number) => {
        for (let slot = start; slot < end; slot++) look(columns, slot);
      });
      same(seen.length, model.rows.length, 'columns.read');
      this.#coverage.count('columns read');
      return;
    }
    // The model knows rows by their keys, the arrays by slots: the rows' order in the table tells which is which.
    const before: ModelRow[] = [...this.#handle.iter()];
    const after = before.map((row) => {
      const next = { ...row };
      for (const name of names) {
        const position = plan.columns.findIndex(({ accessor }) => accessor === name);
        if (this.#prng.int(0, 2) > 0) next[name] = this.#randomCell(position);
      }
      return next;
    });
    let place = 0;
    this.#handle.columns.edit(names, (columns: Handle, start: number, end: number) => {
      for (let slot = start; slot < end; slot++) {
        look(columns, slot);
        for (const name of names) columns[name][slot] = numberOf(after[place]![name]);
        place++;
      }
      if (this.#prng.int(0, 3) === 0) {
        this.#expect('insert', 'STORE_BUSY', () => this.#handle.insert(this.#randomRow()));
      }
    });
    same(place, before.length, 'columns.edit');
    for (const row of after) {
      const old = model.equalTo(row, plan.primaryKey!)[0]!;
      if (typeof model.replace(old, row) === 'string') throw new Mismatch('the model refused a change of free columns');
    }
    this.#coverage.count('columns edited');
    if (this.#prng.int(0, 2) === 0) this.#readNear();
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
    this.#readNear();
  }

  #readNear(): void {
    const model = this.#model;
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
    if (this.#prng.int(0, 3) === 0) {
      this.#expect('insert', 'STORE_UNKNOWN_COLUMN', () => this.#handle.insert({ ...row, nope: 1 }));
      return;
    }
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

const ARRAY_KINDS: ReadonlySet<string> = new Set(
  'bool u8 u16 u32 u64 i8 i16 i32 i64 f32 f64 timestamp timeDuration'.split(' '),
);

function rowOf(columns: readonly ColumnPlan[], view: Handle): ModelRow {
  return Object.fromEntries(columns.map(({ accessor }) => [accessor, view[accessor]]));
}

/** A value as an element of its column's array. */
function numberOf(value: unknown): unknown {
  if (value instanceof Timestamp) return value.microsSinceUnixEpoch;
  if (value instanceof TimeDuration) return value.micros;
  return typeof value === 'boolean' ? Number(value) : value;
}

/** The database and the model differ. */
export class Mismatch extends Error {}

function same(actual: unknown, expected: unknown, what: string): void {
  if (actual !== expected) throw new Mismatch(`${what}: ${String(actual)} where the model has ${String(expected)}`);
}
