import { quantizeToInteger } from '@tickbase/protocol';
import type { BoundTable } from '../module/bound-schema.ts';
import type { Row } from './row.ts';

/** A row from values by place. */
export function buildRow(bound: BoundTable, values: readonly unknown[]): Row {
  const row: Record<string, unknown> = {};
  const { columns } = bound.definition;
  for (let i = 0; i < columns.length; i++) {
    row[(columns[i] as { accessor: string }).accessor] = values[bound.places[i] as number];
  }
  return Object.freeze(row);
}

/** `before` with the values of some places changed. */
export function patchRow(
  bound: BoundTable,
  before: Row,
  changed: Uint8Array,
  changedCount: number,
  values: readonly unknown[],
): Row {
  const row: Record<string, unknown> = {};
  const { columns } = bound.definition;
  for (let i = 0; i < columns.length; i++) {
    const { accessor } = columns[i] as { accessor: string };
    row[accessor] = before[accessor];
  }
  for (let i = 0; i < changedCount; i++) {
    const place = changed[i] as number;
    const position = bound.positions[place] ?? -1;
    if (position >= 0) row[(columns[position] as { accessor: string }).accessor] = values[place];
  }
  return Object.freeze(row);
}

/** `after`, a streamed copy, but with the exact values of `before` where both round to the same integer. */
export function keepExact(bound: BoundTable, before: Row, after: Row): Row {
  const row: Record<string, unknown> = { ...after };
  bound.wire.columns.forEach((column, place) => {
    const position = bound.positions[place] ?? -1;
    if (column.quantize === null || position < 0) return;
    const { accessor } = bound.definition.columns[position] as { accessor: string };
    const integerBefore = quantizeToInteger(column.quantize, before[accessor] as number);
    const integerAfter = quantizeToInteger(column.quantize, after[accessor] as number);
    if (integerBefore === integerAfter) row[accessor] = before[accessor];
  });
  return Object.freeze(row);
}
