import { dequantize, quantizeToInteger } from '@tickbase/protocol';
import type { TablePlan } from '@tickbase/schema/plan';
import { equalValues } from '@tickbase/schema/values';

/** One version of a row in the oracle's own world. Never changed: a write makes another one. */
export interface PlainRow {
  /** Text of the primary key; of a table without one, of all values. */
  readonly key: string;
  readonly values: readonly unknown[];
  readonly seen: SeenRow;
  /** A number of the row from its insert to its delete. A row made again under its key within one tick goes on living. */
  readonly life: number;
  /** Null: its table has no position of its own. */
  readonly cell: PlainCell | null;
}

/** A row as clients see it; versions that look alike share it. */
export interface SeenRow {
  readonly values: readonly unknown[];
  /** By the number of a question: whether the row answers it. */
  readonly answers: boolean[];
}

export interface PlainCell {
  /** `space,cellX,cellY` */
  readonly text: string;
  readonly space: number;
  readonly cellX: number;
  readonly cellY: number;
}

/** The row as clients see it: quantized columns have their quantized values. `before`: given back if it looks the same. */
export function seenRowOf(table: TablePlan, values: readonly unknown[], before: SeenRow | null): SeenRow {
  const seen = values.map((value, c) => {
    const { quantize, type } = table.columns[c]!;
    if (quantize === null) return value;
    return dequantize(quantize, quantizeToInteger(quantize, value as number), type.kind === 'f32');
  });
  if (before !== null && table.columns.every(({ type }, c) => equalValues(type, seen[c], before.values[c]))) {
    return before;
  }
  return { values: seen, answers: [] };
}
