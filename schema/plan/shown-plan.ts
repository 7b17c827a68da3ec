import { withOwnTables } from './own-table.ts';
import type { Plan } from './plan.ts';
import { shownTable } from './shown-table.ts';

/** A plan as clients may know it: without private tables and hidden columns, which to a client do not exist; what is their owners' are tables. */
export function shownPlan(plan: Plan): Plan {
  const { tables } = withOwnTables(plan);
  return { ...plan, tables: tables.filter(({ isPublic }) => isPublic).map(shownTable) };
}
