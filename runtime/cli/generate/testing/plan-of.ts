import { derivePlan, type Plan } from '@tickbase/schema/plan';

/** The plan of a module that stands in a test. */
export function planOf(module: Record<string, unknown>): Plan {
  return derivePlan(module).plan;
}
