import { dequantize, quantizeToInteger } from '@tickbase/protocol';
import type { ColumnPlan } from '@tickbase/schema/plan';
import { storageKindOf } from '@tickbase/schema/plan';
import type { CompareOp, Predicate } from '@tickbase/schema/query';
import { compareValues, equalValues } from '@tickbase/schema/values';
import type { TableView } from '../store/index.ts';
import type { JoinTest } from './join-test.ts';
import { storedNumberOf } from './partition-key.ts';

/** A residual predicate over the columns of a table, ready to be asked for a slot. `:sender` is already a value in it. */
export interface SlotPredicate {
  /** Equal for predicates of equal meaning as far as their shape tells; names a partitioning. */
  readonly text: string;
  /** Column positions that it reads. */
  readonly columns: readonly number[];
  /** It asks for rows of another table, too: a change there may change what holds. Null: it does not. */
  readonly join: JoinTest | null;
  /** Quantized columns count with their quantized values, which are what clients see. */
  holds(slot: number): boolean;
}

export function compileSlotPredicate(predicate: Predicate, view: TableView): SlotPredicate {
  const columns = new Set<number>();
  const holds = compile(predicate, view, columns);
  return { text: textOf(predicate), columns: [...columns].sort((a, b) => a - b), join: null, holds };
}

type SlotTest = (slot: number) => boolean;

function compile(predicate: Predicate, view: TableView, columns: Set<number>): SlotTest {
  switch (predicate.op) {
    case 'const':
      return predicate.value ? () => true : () => false;
    case 'not': {
      const inner = compile(predicate.item, view, columns);
      return (slot) => !inner(slot);
    }
    case 'and': {
      const tests = predicate.items.map((item) => compile(item, view, columns));
      return (slot) => tests.every((test) => test(slot));
    }
    case 'or': {
      const tests = predicate.items.map((item) => compile(item, view, columns));
      return (slot) => tests.some((test) => test(slot));
    }
    default:
      return compileComparison(predicate, view, columns);
  }
}

function compileComparison(
  predicate: Extract<Predicate, { column: string }>,
  view: TableView,
  columns: Set<number>,
): SlotTest {
  const c = view.plan.columns.findIndex((column) => column.name === predicate.column);
  columns.add(c);
  const column = view.plan.columns[c]!;
  const value = (predicate.value as { readonly value: unknown }).value;
  return (
    compileWholeNumbers(predicate.op, view, c, column, value) ?? compileValues(predicate.op, view, c, column, value)
  );
}

/** Columns whose stored form is one whole number are compared as such. */
function compileWholeNumbers(
  op: CompareOp,
  view: TableView,
  c: number,
  column: ColumnPlan,
  value: unknown,
): SlotTest | null {
  const storage = storageKindOf(column.type);
  const isOrdered = column.type.kind !== 'enum';
  const isWhole = /^[ui](8|16|32|64)$/.test(storage) && (isOrdered || op === 'eq' || op === 'ne');
  const literal = isWhole ? storedNumberOf(column.type, value) : null;
  if (literal === null) return null;
  const at = (slot: number): number | bigint => view.columns[c]!.data[slot] as number | bigint;
  switch (op) {
    case 'eq':
      // oxlint-disable-next-line eqeqeq -- a number and a bigint of equal value are equal
      return (slot) => at(slot) == literal;
    case 'ne':
      // oxlint-disable-next-line eqeqeq -- as above
      return (slot) => at(slot) != literal;
    case 'lt':
      return (slot) => at(slot) < literal;
    case 'lte':
      return (slot) => at(slot) <= literal;
    case 'gt':
      return (slot) => at(slot) > literal;
    case 'gte':
      return (slot) => at(slot) >= literal;
  }
}

/** Everything else by the rules of `@tickbase/schema/values`. */
function compileValues(op: CompareOp, view: TableView, c: number, column: ColumnPlan, value: unknown): SlotTest {
  const { type, quantize } = column;
  const isF32 = type.kind === 'f32';
  const at =
    quantize === null
      ? (slot: number): unknown => view.valueAt(c, slot)
      : (slot: number): unknown =>
          dequantize(quantize, quantizeToInteger(quantize, view.columns[c]!.data[slot] as number), isF32);
  switch (op) {
    case 'eq':
      return (slot) => equalValues(type, at(slot), value);
    case 'ne':
      return (slot) => !equalValues(type, at(slot), value);
    case 'lt':
      return (slot) => compareValues(type, at(slot), value) < 0;
    case 'lte':
      return (slot) => compareValues(type, at(slot), value) <= 0;
    case 'gt':
      return (slot) => compareValues(type, at(slot), value) > 0;
    case 'gte':
      return (slot) => compareValues(type, at(slot), value) >= 0;
  }
}

/** The same text for predicates that differ only in the order of AND's and OR's items. */
function textOf(predicate: Predicate): string {
  switch (predicate.op) {
    case 'const':
      return String(predicate.value);
    case 'not':
      return `not(${textOf(predicate.item)})`;
    case 'and':
    case 'or':
      return `${predicate.op}(${predicate.items.map(textOf).sort().join(',')})`;
    default:
      return `${predicate.column} ${predicate.op} ${valueText((predicate.value as { readonly value: unknown }).value)}`;
  }
}

function valueText(value: unknown): string {
  return (
    JSON.stringify(value, (_, inner: unknown) => {
      if (typeof inner === 'bigint') return `${inner}n`;
      if (inner instanceof Uint8Array) return `bytes ${inner.join(' ')}`;
      if (typeof inner === 'number' && (!Number.isFinite(inner) || Object.is(inner, -0)))
        return Object.is(inner, -0) ? '-0' : String(inner);
      return inner;
    }) ?? 'undefined'
  );
}
