import type { Plan } from '@tickbase/schema/plan';
import { Table } from './table.ts';
import type { UndoLog } from './undo-log.ts';

/** The empty tables of a plan, in its order. Freed slots rest `slotRestTicks` ticks (calls at `tickRate: 0`), one at least. */
export function createTables(plan: Plan, undo: UndoLog, slotRestTicks: number): readonly Table[] {
  return plan.tables.map((table, position) => new Table(table, position, undo, slotRestTicks));
}
