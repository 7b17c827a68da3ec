import { dequantize, quantizeToInteger } from '@tickbase/protocol';
import { storageKindOf } from '@tickbase/schema/plan';
import { type CompareOp, isComparable, type Predicate } from '@tickbase/schema/query';
import { compareValues, valueProblem } from '@tickbase/schema/values';
import type { TableView } from '../store/index.ts';
import type { CompareOrdered, Interval, OrderedValue } from './interval-tree.ts';
import { storedNumberOf } from './partition-key.ts';

/** The part of a query that keeps one column within bounds: `level >= 5 AND level < 10`. */
export interface ValueRange extends Interval {
  readonly column: number;
  /** Equal for equal ranges of one column. */
  readonly text: string;
  /** The ends as values of the column's type; undefined: there is none, or it is none of the type. */
  readonly lowValue: unknown;
  readonly highValue: unknown;
}

/** The values of one column as those of an interval tree: numbers, bigints or texts, in the order of `compareValues`. */
export class OrderedColumn {
  readonly compare: CompareOrdered;
  private readonly view: TableView;
  private readonly column: number;
  private readonly form: 'number' | 'quantized' | 'bigint' | 'wide' | 'text';

  constructor(view: TableView, column: number) {
    this.view = view;
    this.column = column;
    this.form = formOf(view, column);
    this.compare = this.form === 'text' ? compareTexts : compareNumbers;
  }

  /** What the row has, as clients see it: quantized columns count with their quantized values. NaN is above all numbers. */
  at(slot: number): OrderedValue {
    const { view, column } = this;
    const data = view.columns[column]!.data;
    switch (this.form) {
      case 'number': {
        const number = data[slot] as number;
        return Number.isNaN(number) ? Number.POSITIVE_INFINITY : number;
      }
      case 'quantized': {
        const { quantize, type } = view.plan.columns[column]!;
        const integer = quantizeToInteger(quantize!, data[slot] as number);
        const number = dequantize(quantize!, integer, type.kind === 'f32');
        return Number.isNaN(number) ? Number.POSITIVE_INFINITY : number;
      }
      case 'bigint':
        return data[slot] as bigint;
      case 'wide':
        return storedNumberOf(view.plan.columns[column]!.type, view.valueAt(column, slot))!;
      case 'text':
        return data[slot] as string;
    }
  }

  holds(range: ValueRange, slot: number): boolean {
    const value = this.at(slot);
    if (range.low !== null) {
      const order = this.compare(value, range.low);
      if (order < 0 || (order === 0 && range.isLowOut)) return false;
    }
    if (range.high === null) return true;
    const order = this.compare(value, range.high);
    return order < 0 || (order === 0 && !range.isHighOut);
  }
}

/** A comparison that bounds a column from one side, and the bound; null: it is none that intervals know. */
export function boundOf(predicate: Predicate, view: TableView): Bound | null {
  const { op } = predicate;
  if (op !== 'lt' && op !== 'lte' && op !== 'gt' && op !== 'gte') return null;
  const { columns } = view.plan;
  const column = columns.findIndex(({ name }) => name === predicate.column);
  const { type } = columns[column]!;
  if (predicate.value.kind !== 'value' || !isComparable(type, op)) return null;
  const { value } = predicate.value;
  const bound =
    formOf(view, column) === 'text' ? value : orderedNumberOf(type.kind, value, storedNumberOf(type, value));
  if (typeof bound !== 'string' && typeof bound !== 'number' && typeof bound !== 'bigint') return null;
  return { column, op, value: bound, literal: value };
}

export interface Bound {
  readonly column: number;
  readonly op: Exclude<CompareOp, 'eq' | 'ne'>;
  readonly value: OrderedValue;
  /** As the query has it. */
  readonly literal: unknown;
}

/** What all of these bounds of one column leave. */
export function rangeOf(view: TableView, column: number, bounds: readonly Bound[]): ValueRange {
  const { compare } = new OrderedColumn(view, column);
  let low: OrderedValue | null = null;
  let high: OrderedValue | null = null;
  let isLowOut = false;
  let isHighOut = false;
  let lowValue: unknown;
  let highValue: unknown;
  for (const { op, value, literal } of bounds) {
    const isOut = op === 'lt' || op === 'gt';
    if (op === 'gt' || op === 'gte') {
      const order: number = low === null ? 1 : compare(value, low);
      if (order > 0) isLowOut = isOut;
      else if (order === 0) isLowOut ||= isOut;
      if (order > 0) [low, lowValue] = [value, literal];
    } else {
      const order: number = high === null ? -1 : compare(value, high);
      if (order < 0) isHighOut = isOut;
      else if (order === 0) isHighOut ||= isOut;
      if (order < 0) [high, highValue] = [value, literal];
    }
  }
  const text = `${column} ${isLowOut ? '(' : '['}${textOf(low)}, ${textOf(high)}${isHighOut ? ')' : ']'}`;
  const { type } = view.plan.columns[column]!;
  if (valueProblem(type, lowValue) !== null) lowValue = undefined;
  if (valueProblem(type, highValue) !== null) highValue = undefined;
  return { column, low, isLowOut, high, isHighOut, text, lowValue, highValue };
}

function formOf(view: TableView, column: number): OrderedColumn['form'] {
  const { type, quantize } = view.plan.columns[column]!;
  if (quantize !== null) return 'quantized';
  const storage = storageKindOf(type);
  if (storage === 'string') return 'text';
  if (storage === 'i64' || storage === 'u64') return 'bigint';
  return storage === 'wide128' || storage === 'wide256' ? 'wide' : 'number';
}

/** Numbers that are not finite bound nothing that an interval could say. */
function orderedNumberOf(kind: string, value: unknown, stored: number | bigint | null): number | bigint | null {
  if (kind !== 'f32' && kind !== 'f64') return stored;
  return typeof value === 'number' && Number.isFinite(value) ? value + 0 : null; // one zero
}

function compareNumbers(a: OrderedValue, b: OrderedValue): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareTexts(a: OrderedValue, b: OrderedValue): number {
  return compareValues({ kind: 'string' }, a, b);
}

function textOf(bound: OrderedValue | null): string {
  return typeof bound === 'string' ? JSON.stringify(bound) : String(bound);
}
