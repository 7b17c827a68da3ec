import { dequantize, quantizeToInteger } from '@tickbase/protocol';
import type { Predicate } from '@tickbase/schema/query';
import { compareValues, equalValues, type Identity } from '@tickbase/schema/values';
import type { TablePlan } from '@tickbase/schema/plan';

/** The row as clients see it: quantized columns have their quantized values. */
export function seenRow(table: TablePlan, row: readonly unknown[]): unknown[] {
  return row.map((value, c) => {
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
