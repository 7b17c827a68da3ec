import { schemaError } from '../errors/schema-error.ts';
import { checkColumns } from './check-columns.ts';
import { checkHidden } from './check-hidden.ts';
import { checkInterest } from './check-interest.ts';
import { checkKeys } from './check-keys.ts';
import { checkName } from './check-name.ts';
import { checkRenames } from './check-renames.ts';
import { checkStreams } from './check-streams.ts';
import { TypeChecker } from './check-types.ts';
import { withOwnTables } from './own-table.ts';
import type { Plan, TablePlan } from './plan.ts';
import { toSnakeCase } from './to-snake-case.ts';

export const TABLES_MAX = 65_535;
export const COLUMNS_MAX = 64;
export const TICK_RATE_MAX = 240;
const EVERY_TICKS_MAX = 2 ** 31 - 1;

/** Throws a TickbaseError of SCHEMA_CODES for the first mistake in a plan that is one by its form. */
export function checkPlan(plan: Plan): void {
  const { tickRate, tables } = plan;
  if (!(tickRate >= 0 && tickRate <= TICK_RATE_MAX)) {
    throw schemaError(
      'TICK_RATE_INVALID',
      'schema(…), tickRate',
      `${tickRate} is no number of ticks a second from 0 to ${TICK_RATE_MAX}`,
    );
  }
  if (tables.length > TABLES_MAX) throw schemaError('TABLES_TOO_MANY', 'schema(…)');
  checkNames(withOwnTables(plan).tables, 'table', 'schema(…)');
  checkRenames(plan);
  const types = new TypeChecker();
  for (const table of tables) checkTable(table, plan, types);
  checkReducers(plan, types);
  checkSystems(plan);
  checkInterest(plan);
}

function checkTable(table: TablePlan, plan: Plan, types: TypeChecker): void {
  const where = `table ${table.accessor}`;
  if (table.columns.length === 0) throw schemaError('TABLE_EMPTY', where);
  if (table.columns.length > COLUMNS_MAX) {
    throw schemaError('TABLE_TOO_WIDE', where, `it has ${table.columns.length} columns, more than ${COLUMNS_MAX}`);
  }
  checkNames(table.columns, 'column', where);
  for (const column of table.columns) types.check(column.type, `${where}, column ${column.accessor}`);
  checkKeys(table, where);
  checkColumns(table, plan, where);
  checkStreams(table, plan, where);
  checkHidden(table, where);
  checkSchedule(table, plan, where);
}

function checkSchedule(table: TablePlan, plan: Plan, where: string): void {
  const { schedule } = table;
  if (schedule === null) return;
  if (table.isEvent) throw schemaError('SCHEDULE_EVENT', where);
  const key = table.primaryKey?.length === 1 ? table.columns[table.primaryKey[0]!]! : null;
  if (key === null || key.type.kind !== 'u64' || !key.autoInc) throw schemaError('SCHEDULE_KEY', where);
  const times = table.columns.filter(({ type }) => type.kind === 'scheduleAt').length;
  if (times !== 1)
    throw schemaError('SCHEDULE_COLUMN', where, `it has ${times} columns of type scheduleAt instead of one`);
  const reducer = plan.reducers.find(({ name }) => name === schedule.reducer);
  if (reducer?.role !== 'scheduled')
    throw schemaError('SCHEDULE_REDUCER', where, `there is no scheduled reducer ${schedule.reducer}`);
  const [param, more] = reducer.params;
  const isRow =
    more === undefined &&
    param?.type.kind === 'object' &&
    param.type.fields.length === table.columns.length &&
    param.type.fields.every(
      ({ name, type }, place) =>
        name === table.columns[place]!.accessor && JSON.stringify(type) === JSON.stringify(table.columns[place]!.type),
    );
  if (!isRow)
    throw schemaError(
      'SCHEDULE_REDUCER',
      `reducer ${reducer.accessor}`,
      `its one parameter is not a row of ${table.accessor}`,
    );
}

function checkReducers({ reducers, systems }: Plan, types: TypeChecker): void {
  checkNames([...reducers, ...systems], 'function', 'the module');
  for (const reducer of reducers) {
    const where = `reducer ${reducer.accessor}`;
    checkNames(reducer.params, 'parameter', where);
    for (const param of reducer.params) types.check(param.type, `${where}, parameter ${param.accessor}`);
  }
}

function checkSystems({ systems, tickRate }: Plan): void {
  for (const { accessor, everyTicks } of systems) {
    const where = `system ${accessor}`;
    if (tickRate === 0) throw schemaError('SYSTEM_WITHOUT_TICK', where);
    if (Number.isInteger(everyTicks) && everyTicks >= 1 && everyTicks <= EVERY_TICKS_MAX) continue;
    throw schemaError(
      'SYSTEM_EVERY_TICKS',
      where,
      `everyTicks is ${String(everyTicks)}, which is no whole number from 1 on`,
    );
  }
}

/**
 * Both spellings of each name: usable, and told apart, even where generated code writes accessors in its own way (`bodyId`, `body_id` and
 * `BodyId` are one in C#).
 */
function checkNames(
  named: readonly { readonly name: string; readonly accessor: string }[],
  what: string,
  where: string,
): void {
  const byName = new Map<string, string>();
  const byAccessor = new Map<string, string>();
  for (const { name, accessor } of named) {
    const place = `${where}, ${what} ${accessor}`;
    checkName(accessor, place);
    checkName(name, place);
    const spelling = toSnakeCase(accessor);
    const twin = byName.get(name.toLowerCase()) ?? byAccessor.get(spelling);
    if (twin !== undefined) {
      throw schemaError('NAME_TAKEN', place, `the ${what}s “${twin}” and “${accessor}” have one name where it counts`);
    }
    byName.set(name.toLowerCase(), accessor);
    byAccessor.set(spelling, accessor);
  }
}
