import type { TablePlan } from './plan.ts';

/**
 * A table as clients may know it: without its hidden columns, the keys and indexes that need them, and the rules that ask them. Positions stay, since
 * hidden columns are the last. The table itself where nothing is hidden.
 */
export function shownTable(table: TablePlan): TablePlan {
  const count = shownColumnCount(table);
  if (count === table.columns.length) return table;
  const isShown = (position: number): boolean => position < count;
  const { visibleToColumn, visibleBy, own: _, ...rest } = table;
  return {
    ...rest,
    columns: table.columns.slice(0, count),
    uniques: table.uniques.filter((columns) => columns.every(isShown)),
    indexes: table.indexes.filter(({ columns }) => columns.every(isShown)),
    visibleToColumn: visibleToColumn !== null && isShown(visibleToColumn) ? visibleToColumn : null,
    ...(visibleBy === undefined ? {} : { visibleBy: visibleBy.filter(({ column }) => isShown(column)) }),
  };
}

/** Columns that clients get: the first ones. */
export function shownColumnCount({ columns }: TablePlan): number {
  const first = columns.findIndex(({ isHidden }) => isHidden === true);
  return first < 0 ? columns.length : first;
}
