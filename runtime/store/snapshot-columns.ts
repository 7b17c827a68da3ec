import type { TablePlan } from '@tickbase/schema/plan';
import { recordColumnsOf } from './record-columns.ts';

/**
 * Positions of the columns whose values a snapshot holds, ascending: those that are logged, and those whose persist is 'snapshot'. Empty
 * when the table's rows outlive no restart: then its sequence positions alone are kept.
 */
export function snapshotColumnsOf(plan: TablePlan): readonly number[] {
  return recordColumnsOf(plan).inserted;
}
