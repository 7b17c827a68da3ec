import type { ColumnPlan } from '@tickbase/schema/plan';

/** Whether a row may be written without a value for this column: it has a default, takes the next number, or holds nothing. */
export function mayBeMissing({ type, default: given, autoInc }: ColumnPlan): boolean {
  return given !== null || autoInc || type.kind === 'option' || type.kind === 'unit';
}
