import type { ColumnPlan, IndexPlan, Plan, TablePlan } from './plan.ts';

/**
 * The columns of a table that only a row's owner gets, as a table of their own: its key, these columns, and last, hidden unless it is in the key, whose the row is.
 * Null: there are none.
 */
export function ownTable(table: TablePlan): TablePlan | null {
  const { own, columns, primaryKey, indexes } = table;
  if (own === undefined || primaryKey === null) return null;
  const sources = ownSources(table);
  const ownerAt = sources.indexOf(own.owner);
  const columnOf = (source: number): ColumnPlan => {
    const column: { -readonly [Name in keyof ColumnPlan]: ColumnPlan[Name] } = { ...columns[source]! };
    delete column.isHidden;
    if (source === own.owner && !primaryKey.includes(source)) column.isHidden = true;
    return column;
  };
  const indexOf = (source: number): IndexPlan => {
    const index = indexes[source]!;
    const names = index.columns.map((column) => columns[column]!.accessor).join('_');
    const positions = index.columns.map((column) => sources.indexOf(column));
    return { ...index, name: `${own.name}_${names}_idx_${index.algorithm}`, columns: positions };
  };
  return {
    id: own.id,
    name: own.name,
    accessor: own.accessor,
    isPublic: true,
    isEvent: false,
    schedule: null,
    persist: table.persist,
    columns: sources.map(columnOf),
    primaryKey: primaryKey.map((_, position) => position),
    uniques: [],
    indexes: ownIndexSources(table).map(indexOf),
    spatial: null,
    visibleToColumn: ownerAt,
  };
}

/** By column position in `ownTable`: the position in the table. */
export function ownSources({ own, primaryKey }: TablePlan): readonly number[] {
  const key = primaryKey ?? [];
  const { columns, owner } = own!;
  return [...key, ...columns, ...(key.includes(owner) ? [] : [owner])];
}

/** By index position in `ownTable`: the position in the table. Of the key, and of what is looked up by the owner. */
export function ownIndexSources({ own, primaryKey, indexes }: TablePlan): readonly number[] {
  const key = JSON.stringify(primaryKey);
  return [...indexes.keys()].filter((position) => {
    const { columns } = indexes[position]!;
    return JSON.stringify(columns) === key || (columns.length === 1 && columns[0] === own!.owner);
  });
}

/** The plan with the owners' tables behind the others, as what they are to clients: tables. The plan itself where there are none. */
export function withOwnTables(plan: Plan): Plan {
  const owned = plan.tables.map(ownTable).filter((table) => table !== null);
  if (owned.length === 0) return plan;
  return { ...plan, tables: [...plan.tables.map(withoutOwn), ...owned] };
}

function withoutOwn(table: TablePlan): TablePlan {
  const plain: { -readonly [Name in keyof TablePlan]: TablePlan[Name] } = { ...table };
  delete plain.own;
  return plain;
}
