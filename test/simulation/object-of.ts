import type { TablePlan } from '@tickbase/schema/plan';

/** A row as module code and clients have it: by accessor. */
export function objectOf(plan: TablePlan, values: readonly unknown[]): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (const [c, { accessor }] of plan.columns.entries()) row[accessor] = values[c];
  return row;
}
