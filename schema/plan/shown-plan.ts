import type { Plan } from './plan.ts';
import { shownTable } from './shown-table.ts';

/** A plan as clients may know it: without private tables and hidden columns, which to a client do not exist. */
export function shownPlan(plan: Plan): Plan {
  return { ...plan, tables: plan.tables.filter(({ isPublic }) => isPublic).map(shownTable) };
}
