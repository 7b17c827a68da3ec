import type { ColumnPlan, Plan, TablePlan } from '../plan.ts';
import type { MigrationSteps } from './migration-steps.ts';

/** One table that is in both plans, under one id. */
export interface TableChange {
  readonly before: Plan;
  readonly after: Plan;
  readonly old: TablePlan;
  readonly table: TablePlan;
  /** Of `old`, in its plan. */
  readonly position: number;
  /** No row is at stake. */
  readonly isEmpty: boolean;
  readonly steps: MigrationSteps;
}

/** Clients may hold code that binds to the table: it was public, and still is. */
export function isBound({ old, table }: Pick<TableChange, 'old' | 'table'>): boolean {
  return old.isPublic && table.isPublic;
}

/** Clients may hold code that binds to a column of the old table: they, or some of them, got it with the rows. */
export function isBoundTo(column: ColumnPlan, change: TableChange): boolean {
  return sightOf(column, change.old) !== 'nobody' && isBound(change);
}

/** Who gets a column of a public table. */
export function sightOf({ id, isHidden }: ColumnPlan, { columns, own }: TablePlan): 'all' | 'the owner' | 'nobody' {
  if (isHidden !== true) return 'all';
  return own?.columns.some((position) => columns[position]!.id === id) === true ? 'the owner' : 'nobody';
}
