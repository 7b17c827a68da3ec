import type { Plan, ReducerPlan, TablePlan } from '../plan.ts';
import { compareTypes } from './compare-types.ts';
import type { MigrationPlan, TableMove } from './migration-plan.ts';
import { MigrationSteps } from './migration-steps.ts';
import { planTable } from './plan-table.ts';

/**
 * The way from one plan of a database to the next, both with lasting ids: what has the same id is the same thing under whatever name. A table
 * without rows may change in any way; `isEmpty` tells it by position in the old plan, left out: none is.
 */
export function planMigration(
  before: Plan,
  after: Plan,
  isEmpty: (oldPosition: number) => boolean = () => false,
): MigrationPlan {
  const steps = new MigrationSteps();
  if (before.tickRate !== after.tickRate) {
    steps.add({
      what: `change tickRate from ${before.tickRate} to ${after.tickRate}`,
      why: 'ticks go on from the last one',
    });
  }
  if (before.sessions !== after.sessions) {
    const what = `let an identity have ${after.sessions === undefined ? 'any number of connections' : `one connection, the ${after.sessions}`}`;
    steps.add({ what, why: 'those that are there stay' });
  }
  before.tables.forEach((table, position) => {
    if (!after.tables.some(({ id }) => id === table.id)) removeTable(table, isEmpty(position), after, steps);
  });
  const tables = after.tables.map((table): TableMove => {
    const position = before.tables.findIndex(({ id }) => id === table.id);
    if (position === -1) return addTable(table, steps);
    return planTable({
      before,
      after,
      old: before.tables[position]!,
      table,
      position,
      isEmpty: isEmpty(position),
      steps,
    });
  });
  planReducers(before, after, steps);
  planSystems(before, after, steps);
  if (JSON.stringify(before.interest) !== JSON.stringify(after.interest)) {
    steps.add({ what: 'change the area of interest', why: 'what clients see of spatial tables follows' });
  }
  return { steps: steps.list, tables };
}

/** True when nothing is refused. */
export function isAllowed({ steps }: Pick<MigrationPlan, 'steps'>): boolean {
  return !steps.some((step) => step.class === 'refused');
}

function removeTable(table: TablePlan, isEmpty: boolean, after: Plan, steps: MigrationSteps): void {
  const what = `remove table ${table.name}`;
  const isListed = after.removed?.some((name) => name === table.name || name === table.accessor) === true;
  const isKept = !table.isEvent && table.persist !== 'never';
  if (isKept && !isEmpty && !isListed) {
    steps.add({
      what,
      table,
      class: 'refused',
      why: 'its rows would be lost',
      mend: `delete its rows first, or list '${table.accessor}' in schema(…, { removed: [ … ] }); if it was renamed, say so with .renamedFrom('${table.accessor}')`,
    });
    return;
  }
  const rows = isEmpty
    ? 'it has no rows'
    : isKept
      ? 'its rows are dropped, as the schema says'
      : 'its rows do not last';
  steps.add({ what, table, class: table.isPublic ? 'disconnects clients' : 'safe', why: rows });
}

function addTable(table: TablePlan, steps: MigrationSteps): TableMove {
  steps.add({ what: `add table ${table.name}`, table, why: 'it begins without rows' });
  return { from: null, columns: table.columns.map(() => ({ from: null, way: 'default' })), newKeys: [] };
}

function planReducers(before: Plan, after: Plan, steps: MigrationSteps): void {
  for (const old of before.reducers) {
    if (after.reducers.some(({ id }) => id === old.id)) continue;
    const what = `remove ${nounOf(old)} ${old.name}`;
    steps.add(
      old.role === 'call'
        ? { what, class: 'disconnects clients', why: 'their code calls it' }
        : { what, why: 'clients could not call it' },
    );
  }
  for (const reducer of after.reducers) {
    const old = before.reducers.find(({ id }) => id === reducer.id);
    if (old === undefined) {
      const why = reducer.role === 'init' ? 'it runs in new databases only' : 'nothing called it so far';
      steps.add({ what: `add ${nounOf(reducer)} ${reducer.name}`, why });
    } else if (old.role !== reducer.role) {
      const isLost = old.role === 'call';
      const what = `change ${reducer.name} from a ${nounOf(old)} to a ${nounOf(reducer)}`;
      const why = isLost ? 'clients can no longer call it' : 'clients could not call it';
      steps.add({ what, class: isLost ? 'disconnects clients' : 'safe', why });
    } else {
      planParams(old, reducer, steps);
    }
  }
}

function planParams(old: ReducerPlan, reducer: ReducerPlan, steps: MigrationSteps): void {
  const what = `change the parameters of reducer ${reducer.name}`;
  const changes: string[] = [];
  for (const { name } of old.params) {
    if (!reducer.params.some((param) => param.name === name)) changes.push(`${name} is gone`);
  }
  for (const param of reducer.params) {
    const before = old.params.find(({ name }) => name === param.name);
    if (before === undefined) changes.push(`${param.name} is new`);
    else if (!compareTypes(before.type, param.type).isSameForClients) changes.push(`${param.name} has another type`);
  }
  if (changes.length > 0) {
    const isCalled = reducer.role === 'call';
    steps.add({ what, class: isCalled ? 'disconnects clients' : 'safe', why: changes.join('; ') });
  } else if (JSON.stringify(old.params) !== JSON.stringify(reducer.params)) {
    steps.add({ what, why: 'by name they are the same' });
  }
}

function planSystems(before: Plan, after: Plan, steps: MigrationSteps): void {
  for (const { name } of before.systems) {
    if (!after.systems.some((system) => system.name === name))
      steps.add({ what: `remove system ${name}`, why: 'clients do not see it' });
  }
  for (const system of after.systems) {
    const old = before.systems.find(({ name }) => name === system.name);
    if (old === undefined) steps.add({ what: `add system ${system.name}`, why: 'clients do not see it' });
    else if (old.everyTicks !== system.everyTicks) {
      const what = `run system ${system.name} every ${system.everyTicks} ticks instead of ${old.everyTicks}`;
      steps.add({ what, why: 'clients do not see it' });
    }
  }
}

function nounOf({ role }: ReducerPlan): string {
  if (role === 'call') return 'reducer';
  return role === 'scheduled' ? 'scheduled reducer' : 'hook';
}
