import { type Plan, planMigration } from '@tickbase/schema/plan';
import { createTables, hasRows, replayMigration, type Table, UndoLog } from '../../store/index.ts';

/** Empty tables of a plan outside of any module. */
export function emptyTables(plan: Plan): readonly Table[] {
  return createTables(plan, new UndoLog(), 1);
}

/** The tables of the next plan in a log, with what those of the one before hold. */
export function replayTables(
  tables: readonly Table[],
  oldPlan: Plan,
  newPlan: Plan,
  next: readonly Table[] = emptyTables(newPlan),
): readonly Table[] {
  replayMigration(
    tables,
    next,
    planMigration(oldPlan, newPlan, (position) => !hasRows(tables[position]!)),
  );
  return next;
}
