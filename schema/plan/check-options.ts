import { schemaError } from '../errors/schema-error.ts';
import type { Schema } from '../module/schema.ts';
import type { Tables } from '../module/reducer-ctx.ts';
import type { TableLike } from '../tables/table.ts';

const SCHEMA_OPTIONS = {
  tickRate: 'number',
  CASE_CONVERSION_POLICY: 'string',
  sessions: 'string',
  removed: 'object',
};
const TABLE_OPTIONS = {
  name: 'string',
  public: 'boolean',
  event: 'boolean',
  scheduled: 'function',
  spatial: 'object',
  persist: 'string',
  visibleTo: 'any',
  indexes: 'object',
  constraints: 'object',
};
const SPATIAL_OPTIONS = { x: 'string', y: 'string', space: 'string', cell: 'number', follows: 'string' };
const THROUGH_OPTIONS = { column: 'string', through: 'function', sender: 'string', value: 'string' };
const INDEX_OPTIONS = { accessor: 'string', name: 'string', algorithm: 'string', columns: 'object', column: 'string' };
const CONSTRAINT_OPTIONS = { constraint: 'string', columns: 'object', accessor: 'string', name: 'string' };

/** Refuses unknown options and values of the wrong kind, which only JavaScript users can write, and one table under two names. */
export function checkOptions(schema: Schema<Tables>): void {
  checkRecord(schema.options, SCHEMA_OPTIONS, 'schema(…)');
  const policy = schema.options.CASE_CONVERSION_POLICY ?? 'SnakeCase';
  if (policy !== 'SnakeCase' && policy !== 'None') {
    throw schemaError(
      'SCHEMA_OPTION_INVALID',
      'schema(…), CASE_CONVERSION_POLICY',
      `there is no policy “${String(policy)}”`,
    );
  }
  const { removed, sessions = 'many' } = schema.options;
  if (!['many', 'newest', 'oldest'].includes(sessions)) {
    const what = `there is no rule “${String(sessions)}”, only many, newest and oldest`;
    throw schemaError('SCHEMA_OPTION_INVALID', 'schema(…), sessions', what);
  }
  if (removed !== undefined && !(Array.isArray(removed) && removed.every((name) => typeof name === 'string'))) {
    throw schemaError('SCHEMA_OPTION_INVALID', 'schema(…), removed', 'a list of names was expected');
  }
  const seen = new Map<TableLike, string>();
  for (const [accessor, table] of Object.entries(schema.tables)) {
    const twin = seen.get(table);
    if (twin !== undefined) throw schemaError('TABLE_TWICE', `schema(…), tables ${twin} and ${accessor}`);
    seen.set(table, accessor);
    checkTableOptions(table, `table ${accessor}`);
  }
}

function checkTableOptions(table: TableLike, where: string): void {
  const { options, columns, renamedFrom } = table.draft;
  const { visibleTo } = options;
  checkRecord(options, TABLE_OPTIONS, where);
  if (visibleTo !== undefined) checkVisibleTo(visibleTo, `${where}, visibleTo`);
  checkOldNames(renamedFrom, where);
  if (options.spatial !== undefined) checkRecord(options.spatial, SPATIAL_OPTIONS, `${where}, spatial`);
  checkList(options.indexes, INDEX_OPTIONS, `${where}, indexes`);
  checkList(options.constraints, CONSTRAINT_OPTIONS, `${where}, constraints`);
  for (const constraint of options.constraints ?? []) {
    if (constraint.constraint === 'unique' || constraint.constraint === 'primaryKey') continue;
    throw schemaError(
      'SCHEMA_OPTION_INVALID',
      `${where}, constraints`,
      `there is no constraint “${String(constraint.constraint)}”, only unique and primaryKey`,
    );
  }
  for (const [accessor, column] of columns) {
    if (column.name !== undefined && typeof column.name !== 'string') {
      throw schemaError('SCHEMA_OPTION_INVALID', `${where}, column ${accessor}`, 'name takes a text');
    }
    checkOldNames(column.renamedFrom ?? [], `${where}, column ${accessor}`);
    if (column.references !== undefined && typeof column.references !== 'function') {
      throw schemaError(
        'SCHEMA_OPTION_INVALID',
        `${where}, column ${accessor}`,
        'references takes a function: () => table',
      );
    }
  }
}

function checkVisibleTo(visibleTo: unknown, where: string): void {
  const rules: readonly unknown[] = Array.isArray(visibleTo) ? visibleTo : [visibleTo];
  if (rules.length === 0) throw schemaError('SCHEMA_OPTION_INVALID', where, 'a list of rules has one at least');
  for (const rule of rules) {
    if (typeof rule === 'string') continue;
    checkRecord(rule, THROUGH_OPTIONS, where);
    const { column, sender } = rule as { column?: unknown; sender?: unknown };
    if (column !== undefined && sender !== undefined) continue;
    throw schemaError('SCHEMA_OPTION_INVALID', where, 'a rule that looks up has a column and a sender');
  }
}

function checkOldNames(oldNames: readonly unknown[], where: string): void {
  if (oldNames.every((name) => typeof name === 'string')) return;
  throw schemaError('SCHEMA_OPTION_INVALID', where, 'renamedFrom takes a text');
}

function checkList(list: unknown, kinds: Readonly<Record<string, string>>, where: string): void {
  if (list === undefined) return;
  if (!Array.isArray(list)) throw schemaError('SCHEMA_OPTION_INVALID', where, 'a list was expected');
  for (const item of list) {
    checkRecord(item, kinds, where);
    const { columns } = item as { columns?: unknown };
    if (columns !== undefined && !(Array.isArray(columns) && columns.every((name) => typeof name === 'string'))) {
      throw schemaError('SCHEMA_OPTION_INVALID', `${where}, columns`, 'a list of column names was expected');
    }
  }
}

function checkRecord(record: unknown, kinds: Readonly<Record<string, string>>, where: string): void {
  if (typeof record !== 'object' || record === null) {
    throw schemaError('SCHEMA_OPTION_INVALID', where, 'an object of options was expected');
  }
  for (const [name, value] of Object.entries(record)) {
    const kind = Object.hasOwn(kinds, name) ? kinds[name]! : null;
    if (kind === null) {
      throw schemaError(
        'SCHEMA_OPTION_UNKNOWN',
        where,
        `there is no option “${name}”, only ${Object.keys(kinds).join(', ')}`,
      );
    }
    if (kind !== 'any' && value !== undefined && (typeof value !== kind || value === null)) {
      throw schemaError('SCHEMA_OPTION_INVALID', `${where}, ${name}`, `a value of type ${kind} was expected`);
    }
  }
}
