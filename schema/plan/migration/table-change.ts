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

/** Clients may hold code that binds to the column: they got it with the table's rows. */
export function isBoundTo({ isHidden }: ColumnPlan, change: TableChange): boolean {
  return isHidden !== true && isBound(change);
}
