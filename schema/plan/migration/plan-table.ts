import type { IndexPlan, Plan, SpatialPlan, TablePlan } from '../plan.ts';
import type { TableMove } from './migration-plan.ts';
import { planColumns } from './plan-columns.ts';
import { isBound, type TableChange } from './table-change.ts';

/** The steps of a table that stays, and where its rows come from. */
export function planTable(change: TableChange): TableMove {
  planName(change);
  planKind(change);
  planSchedule(change);
  const columns = planColumns(change);
  const newKeys = planKeys(change);
  planIndexes(change);
  planPlace(change);
  return { from: change.position, columns, newKeys };
}

function planName(change: TableChange): void {
  const { before, old, table, steps } = change;
  if (old.name !== table.name) {
    const what = `rename table ${old.name} to ${table.name}`;
    steps.add({
      what,
      table,
      class: isBound(change) ? 'disconnects clients' : 'safe',
      why: 'rows stay; clients know a table by its name',
    });
  }
  // An old name that is still in the database under an id of its own was no rename.
  for (const oldName of table.renamedFrom ?? []) {
    const other = before.tables.find(
      ({ id, name, accessor }) => id !== table.id && (name === oldName || accessor === oldName),
    );
    if (other === undefined || isGivenUp(other, change.after)) continue;
    steps.add({
      what: `rename table ${other.name} to ${table.name}`,
      table,
      class: 'refused',
      why: `the database has a table ${table.name} of its own, and ${other.name} beside it`,
      mend: `drop .renamedFrom('${oldName}'), and list '${oldName}' in schema(…, { removed: [ … ] }) once its rows are of no use`,
    });
  }
}

function isGivenUp(table: TablePlan, plan: Plan): boolean {
  return plan.removed?.some((name) => name === table.name || name === table.accessor) === true;
}

function planKind(change: TableChange): void {
  const { old, table, isEmpty, steps } = change;
  if (old.isPublic !== table.isPublic) {
    const what = `make table ${table.name} ${table.isPublic ? 'public' : 'private'}`;
    steps.add(
      table.isPublic
        ? { what, table, why: 'clients may subscribe to it from now on' }
        : { what, table, class: 'disconnects clients', why: 'clients lose it' },
    );
  }
  if (old.isEvent !== table.isEvent) {
    const what = `make table ${table.name} ${table.isEvent ? 'an event table' : 'a table of rows that last'}`;
    if (table.isEvent && !isEmpty) {
      const mend = 'delete its rows first, or add an event table under another name';
      steps.add({ what, table, class: 'refused', why: 'its rows would be lost', mend });
    } else {
      steps.add({
        what,
        table,
        class: isBound(change) ? 'disconnects clients' : 'safe',
        why: 'there are no rows to keep',
      });
    }
  } else if (old.persist !== table.persist) {
    const what = `keep rows of table ${table.name} by '${table.persist}' instead of '${old.persist}'`;
    const why =
      table.persist === 'never'
        ? 'rows live on until the next start, which begins without them'
        : 'what was not on the disk so far is written with the migration';
    steps.add({ what, table, why });
  }
  if (old.own !== undefined && table.own !== undefined) {
    const [before, after] = [old, table].map(({ own, columns }) => columns[own!.owner]!.id);
    if (before !== after) {
      const what = `give what is for the owner of rows of table ${table.name} to ${table.columns[table.own.owner]!.name}`;
      steps.add({ what, table, why: 'clients get and lose rows by the new rule' });
    }
  }
  if (visibilityKey(old) !== visibilityKey(table)) {
    const rule = visibilityText(table);
    const what = rule === null ? `show all rows of table ${table.name}` : `show rows of table ${table.name} by ${rule}`;
    steps.add({ what, table, why: 'clients get and lose rows by the new rule' });
  }
}

/** Who sees rows, by names; null: all do. */
function visibilityText({ visibleToColumn, visibleBy = [], columns }: TablePlan): string | null {
  const rules = visibleToColumn === null ? [] : [columns[visibleToColumn]!.name];
  for (const rule of visibleBy) {
    const { name } = columns[rule.column]!;
    rules.push(rule.kind === 'identity' ? name : `${name} through ${rule.table}`);
  }
  return rules.length === 0 ? null : rules.join(' or ');
}

/** Another one for every other rule. */
function visibilityKey(table: TablePlan): string {
  const places = (table.visibleBy ?? []).map((rule) => (rule.kind === 'through' ? [rule.sender, rule.value] : []));
  return JSON.stringify([visibilityText(table), places]);
}

function planSchedule({ old, table, steps }: TableChange): void {
  const before = old.schedule?.reducer ?? null;
  const after = table.schedule?.reducer ?? null;
  if (before === after) return;
  steps.add(
    after === null
      ? { what: `end the schedule of table ${table.name}`, table, why: 'its rows stay and call nothing' }
      : {
          what: `let rows of table ${table.name} call ${after}`,
          table,
          why: 'those that are there are due by their times, too',
        },
  );
}

function idsOf(plan: TablePlan, columns: readonly number[]): number[] {
  return columns.map((column) => plan.columns[column]!.id);
}

function nameOf(ids: readonly number[], plan: TablePlan): string {
  return ids.map((id) => plan.columns.find((column) => column.id === id)!.name).join(', ');
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((id) => b.includes(id));
}

/** Returns the keys that rows of today may break. */
function planKeys(change: TableChange): (readonly number[])[] {
  const { old, table, steps } = change;
  const oldKey = old.primaryKey && idsOf(old, old.primaryKey);
  const key = table.primaryKey && idsOf(table, table.primaryKey);
  if (JSON.stringify(oldKey) !== JSON.stringify(key)) {
    const what =
      key === null
        ? `drop the primary key of table ${table.name}`
        : `make ${nameOf(key, table)} the primary key of table ${table.name}`;
    const why =
      key === null ? 'its rows are a set from now on; no two may be equal in all columns' : 'no two rows may share it';
    steps.add({ what, table, class: isBound(change) ? 'disconnects clients' : 'safe', why });
  }
  const oldSets = uniqueSets(old).map((set) => idsOf(old, set));
  const newSets = uniqueSets(table);
  for (const set of oldSets.slice(1)) {
    if (newSets.some((other) => isSame(idsOf(table, other), set))) continue;
    steps.add({
      what: `drop the unique constraint on ${table.name} (${nameOf(set, old)})`,
      table,
      why: 'rows may share values',
    });
  }
  for (const set of newSets.slice(1)) {
    const ids = idsOf(table, set);
    if (oldSets.some((other) => isSame(ids, other))) continue;
    steps.add({ what: `make ${table.name} (${nameOf(ids, table)}) unique`, table, why: 'no two rows may share it' });
  }
  return newSets.filter((set) => {
    const ids = idsOf(table, set);
    return !oldSets.some((other) => other.every((id) => ids.includes(id)));
  });
}

/** Sets of columns that no two rows share, the key's first: all columns where there is none. */
function uniqueSets(table: TablePlan): (readonly number[])[] {
  const sets: (readonly number[])[] = [table.primaryKey ?? [...table.columns.keys()]];
  const isKnown = (columns: readonly number[]): boolean =>
    sets.some((set) => set.length === columns.length && set.every((column) => columns.includes(column)));
  for (const columns of [
    ...table.uniques,
    ...table.indexes.filter(({ isUnique }) => isUnique).map((index) => index.columns),
  ]) {
    if (!isKnown(columns)) sets.push(columns);
  }
  return sets;
}

function planIndexes({ old, table, steps }: TableChange): void {
  const textOf = (plan: TablePlan, { columns, algorithm }: IndexPlan, names: TablePlan): string =>
    `${algorithm} index on ${table.name} (${columns
      .map(
        (column) => names.columns.find(({ id }) => id === plan.columns[column]!.id)?.name ?? plan.columns[column]!.name,
      )
      .join(', ')})`;
  const before = new Set(old.indexes.map((index) => textOf(old, index, table)));
  const after = new Set(table.indexes.map((index) => textOf(table, index, table)));
  for (const text of before)
    if (!after.has(text)) steps.add({ what: `drop the ${text}`, table, why: 'rows are found in other ways' });
  for (const text of after)
    if (!before.has(text)) steps.add({ what: `add a ${text}`, table, why: 'it is made from the rows that are there' });
}

function planPlace({ old, table, steps }: TableChange): void {
  const before = placeText(old);
  const after = placeText(table);
  if (before === after) return;
  steps.add(
    after === null
      ? {
          what: `take table ${table.name} off the grid`,
          table,
          why: 'queries that ask for a distance are refused from now on',
        }
      : {
          what: `place rows of table ${table.name} by ${after}`,
          table,
          why: 'clients get and lose rows by their new places',
        },
  );
}

function placeText({ spatial, columns }: TablePlan): string | null {
  if (spatial === null) return null;
  const nameOf = (position: number): string => columns[position]!.name;
  return describePlace(spatial, nameOf);
}

function describePlace(spatial: SpatialPlan, nameOf: (position: number) => string): string {
  if (spatial.kind === 'follows') return `the row of ${spatial.table} that ${nameOf(spatial.column)} names`;
  const space = spatial.space === null ? '' : ` in the space ${nameOf(spatial.space)}`;
  return `${nameOf(spatial.x)} and ${nameOf(spatial.y)}${space}, in cells of ${spatial.cell}`;
}
