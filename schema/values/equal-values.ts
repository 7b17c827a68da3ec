import type { TypePlan } from '../plan/type-plan.ts';
import { compareValues } from './compare-values.ts';

/** Whether two values of one type are the same by compareValues: so -0 equals 0, and NaN equals NaN. */
export function equalValues(type: TypePlan, a: unknown, b: unknown): boolean {
  return a === b || compareValues(type, a, b) === 0;
}
