import { dequantize, quantizeToInteger } from '@tickbase/protocol';
import type { Predicate, Query } from '@tickbase/schema/query';
import { compareValues, equalValues, type Identity } from '@tickbase/schema/values';
import { shownColumnCount, type TablePlan } from '@tickbase/schema/plan';

/** The row as clients see it: without hidden columns, and quantized ones have their quantized values. */
export function seenRow(table: TablePlan, row: readonly unknown[]): unknown[] {
  return row.slice(0, shownColumnCount(table)).map((value, c) => {
    const { quantize, type } = table.columns[c]!;
    if (quantize === null) return value;
    return dequantize(quantize, quantizeToInteger(quantize, value as number), type.kind === 'f32');
  });
}

/** Whether a row, as clients see it, meets a predicate. */
export function holdsFor(
  predicate: Predicate | null,
  table: TablePlan,
  row: readonly unknown[],
  sender: Identity,
): boolean {
  if (predicate === null) return true;
  switch (predicate.op) {
    case 'const':
      return predicate.value;
    case 'not':
      return !holdsFor(predicate.item, table, row, sender);
    case 'and':
      return predicate.items.every((item) => holdsFor(item, table, row, sender));
    case 'or':
      return predicate.items.some((item) => holdsFor(item, table, row, sender));
    default: {
      const c = table.columns.findIndex(({ name }) => name === predicate.column);
      const { type } = table.columns[c]!;
      const literal = predicate.value.kind === 'sender' ? sender : predicate.value.value;
      if (predicate.op === 'eq') return equalValues(type, row[c], literal);
      if (predicate.op === 'ne') return !equalValues(type, row[c], literal);
      const order = compareValues(type, row[c], literal);
      if (predicate.op === 'lt') return order < 0;
      if (predicate.op === 'lte') return order <= 0;
      return predicate.op === 'gt' ? order > 0 : order >= 0;
    }
  }
}

/** The rows of a table as they are in the world, by its name. */
export type PlainRows = (table: string) => { readonly plan: TablePlan; readonly rows: Iterable<readonly unknown[]> };

/** Whether somebody may see a row: one of the table's rules holds. */
export function isVisible(table: TablePlan, row: readonly unknown[], sender: Identity, world: PlainRows): boolean {
  const { visibleToColumn, visibleBy = [] } = table;
  if (visibleToColumn === null && visibleBy.length === 0) return true;
  if (visibleToColumn !== null && (row[visibleToColumn] as Identity).isEqual(sender)) return true;
  return visibleBy.some((rule) => {
    if (rule.kind === 'identity') return (row[rule.column] as Identity).isEqual(sender);
    for (const other of world(rule.table).rows) {
      const isTheirs = (other[rule.sender] as Identity).isEqual(sender);
      if (isTheirs && equalValues(table.columns[rule.column]!.type, other[rule.value], row[rule.column])) return true;
    }
    return false;
  });
}

/** Whether a row that its reader may see is in a query's answer, but for the area: its own condition and the join hold. */
export function isAnswer(
  { where, join }: Query,
  table: TablePlan,
  row: readonly unknown[],
  sender: Identity,
  world: PlainRows,
): boolean {
  if (!holdsFor(where, table, seenRow(table, row), sender)) return false;
  if (join === undefined) return true;
  const { plan, rows } = world(join.table);
  const column = table.columns.findIndex(({ name }) => name === join.column);
  const joined = plan.columns.findIndex(({ name }) => name === join.joined);
  for (const other of rows) {
    if (!equalValues(table.columns[column]!.type, row[column], other[joined])) continue;
    if (isVisible(plan, other, sender, world) && holdsFor(join.where, plan, seenRow(plan, other), sender)) return true;
  }
  return false;
}
