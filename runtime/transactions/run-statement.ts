import { TickbaseError } from '@tickbase/base';
import { SenderError } from '@tickbase/schema';
import { defaultToJson, type Plan, type TablePlan } from '@tickbase/schema/plan';
import { compilePredicate, parseStatement, type Query, type SelectStatement } from '@tickbase/schema/query';
import { equalValues, type Identity } from '@tickbase/schema/values';

/**
 * Runs a statement of SQL on the open transaction's tables, which it sees and writes as the module does: keys and indexes hold. It looks at all
 * rows of its tables. Returns the answer as JSON (`StatementAnswer`). What is wrong with it, or what the store refuses, is thrown as a SenderError
 * with the code before its text.
 */
export function runStatement(text: string, plan: Plan, database: object, sender: Identity): string {
  const run = new StatementRun(plan, database as Readonly<Record<string, StatementTable>>, sender);
  try {
    return JSON.stringify(run.answer(text));
  } catch (error) {
    if (!(error instanceof TickbaseError)) throw error;
    throw new SenderError(`${error.code}: ${error.what} (${error.where}); ${error.mend}`);
  }
}

export interface StatementAnswer {
  /** Of the rows; empty after a change. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** Values as `defaultToJson` writes them, by column. */
  readonly rows: readonly (readonly unknown[])[];
  /** How many rows were inserted, updated or deleted; 0 for a question. */
  readonly changed: number;
}

class StatementRun {
  readonly #plan: Plan;
  readonly #database: Readonly<Record<string, StatementTable>>;
  readonly #sender: Identity;

  constructor(plan: Plan, database: Readonly<Record<string, StatementTable>>, sender: Identity) {
    this.#plan = plan;
    this.#database = database;
    this.#sender = sender;
  }

  answer(text: string): StatementAnswer {
    const statement = parseStatement(text, this.#plan);
    switch (statement.kind) {
      case 'select':
        return this.#select(statement);
      case 'insert': {
        const table = this.#tableOf(statement.table);
        const rows = statement.rows.map((values) => rowOf(table, values));
        return changed(this.#handle(table).insertMany(rows));
      }
      case 'update': {
        const table = this.#tableOf(statement.query.table);
        const set = rowOf(table, statement.set);
        const before = [...this.#rows(statement.query)];
        const handle = this.#handle(table);
        const key = keyOf(table);
        if (key !== null && !key.columns.some((place) => statement.set.has(table.columns[place]!.name))) {
          for (const row of before) (handle[key.accessor] as StatementKey).update({ ...row, ...set });
          return changed(before.length);
        }
        // Deleted first, so that keys may change places among the rows.
        for (const row of before) handle.delete(row);
        for (const row of before) handle.insert({ ...row, ...set });
        return changed(before.length);
      }
      default: {
        const handle = this.#handle(this.#tableOf(statement.query.table));
        const rows = [...this.#rows(statement.query)];
        for (const row of rows) handle.delete(row);
        return changed(rows.length);
      }
    }
  }

  #select({ query, columns, countName, limit }: SelectStatement): StatementAnswer {
    const table = this.#tableOf(query.table);
    if (columns === null) {
      let count = 0;
      for (const _ of this.#rows(query)) count++;
      const rows = limit === 0 ? [] : [[String(count)]];
      return { columns: [{ name: countName, type: 'u64' }], rows, changed: 0 };
    }
    const picked = columns.map((name) => table.columns.find((column) => column.name === name)!);
    const rows: unknown[][] = [];
    for (const row of limit === 0 ? [] : this.#rows(query)) {
      if (rows.length === ROWS_MAX) throw tooLarge();
      rows.push(picked.map(({ accessor, type }) => defaultToJson(type, row[accessor])));
      if (rows.length === limit) break;
    }
    return { columns: picked.map(({ name, type }) => ({ name, type: type.kind })), rows, changed: 0 };
  }

  *#rows(query: Query): Generator<Row> {
    const table = this.#tableOf(query.table);
    const { where, join, withinM } = query;
    if (withinM !== null) throw noArea();
    const test = where === null ? null : compilePredicate(where, table, this.#sender);
    const joined = join === undefined ? null : this.#joined(query, table);
    for (const row of this.#handle(table).iter()) {
      if ((test === null || test(row)) && (joined === null || joined(row))) yield row;
    }
  }

  /** Whether a row goes with one of the joined table. */
  #joined({ join }: Query, table: TablePlan): (row: Row) => boolean {
    const other = this.#tableOf(join!.table);
    const own = table.columns.find(({ name }) => name === join!.column)!;
    const theirs = other.columns.find(({ name }) => name === join!.joined)!;
    const test = join!.where === null ? null : compilePredicate(join!.where, other, this.#sender);
    const values = new Map<string, unknown[]>();
    for (const row of this.#handle(other).iter()) {
      if (test !== null && !test(row)) continue;
      const value = row[theirs.accessor];
      const key = JSON.stringify(defaultToJson(theirs.type, value));
      const others = values.get(key);
      if (others === undefined) values.set(key, [value]);
      else others.push(value);
    }
    return (row) => {
      const value = row[own.accessor];
      const found = values.get(JSON.stringify(defaultToJson(own.type, value)));
      return found?.some((candidate) => equalValues(own.type, value, candidate)) === true;
    };
  }

  #tableOf(name: string): TablePlan {
    return this.#plan.tables.find((table) => table.name === name)!;
  }

  #handle({ accessor }: TablePlan): StatementTable {
    return this.#database[accessor]!;
  }
}

type Row = Record<string, unknown>;

/** What is used of a table's handle. */
interface StatementTable {
  iter(): Iterable<Row>;
  insert(row: Row): Row;
  insertMany(rows: readonly Row[]): number;
  delete(row: Row): boolean;
  readonly [index: string]: unknown;
}

interface StatementKey {
  update(row: Row): Row;
}

/** The index of the primary key. */
function keyOf({ primaryKey, indexes }: TablePlan): TablePlan['indexes'][number] | null {
  if (primaryKey === null) return null;
  const key = primaryKey.join();
  return indexes.find(({ isUnique, columns }) => isUnique && columns.join() === key) ?? null;
}

function rowOf(table: TablePlan, values: ReadonlyMap<string, unknown>): Row {
  const row: Row = {};
  for (const { name, accessor } of table.columns) if (values.has(name)) row[accessor] = values.get(name);
  return row;
}

function changed(count: number): StatementAnswer {
  return { columns: [], rows: [], changed: count };
}

function tooLarge(): TickbaseError {
  return new TickbaseError({
    code: 'ANSWER_TOO_LARGE',
    what: `the answer has more than ${ROWS_MAX} rows`,
    where: 'statement',
    mend: 'ask for fewer with LIMIT or WHERE',
  });
}

function noArea(): TickbaseError {
  return new TickbaseError({
    code: 'SQL_WITHIN',
    what: 'a statement is not asked from within an area of interest',
    where: 'statement',
    mend: 'compare the columns of the position',
  });
}

/** Some megabytes of text, made within the tick. */
const ROWS_MAX = 10_000;
