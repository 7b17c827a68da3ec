import type { TablePlan } from '@tickbase/schema/plan';
import type { Predicate } from '@tickbase/schema/query';
import { equalValues } from '@tickbase/schema/values';
import type { TableView } from '../store/index.ts';
import { isKeyColumn } from './partition-key.ts';
import { type Bound, boundOf, rangeOf, type ValueRange } from './value-range.ts';

/** Values of one column that one query may name; more of them become a residual predicate. */
const KEYS_MAX = 64;

/** The conjuncts of a condition by what the server can do with them. */
export interface Split {
  /** Key columns, ascending. */
  readonly columns: readonly number[];
  /** The keys to watch: a value for each column. */
  readonly keys: readonly (readonly unknown[])[];
  /** Bounds of one column; null: there are none. */
  readonly range: ValueRange | null;
  readonly residual: readonly Predicate[];
}

/** A column that has to have one of these values. */
export interface Equality {
  readonly column: number;
  readonly values: readonly unknown[];
}

/** Sorts conjuncts into key, bounds (unless they are to be residual) and residual; `given`: what holds besides. Null: no row meets them. */
export function splitConjuncts(
  conjuncts: readonly Predicate[],
  view: TableView,
  given: readonly Equality[],
  hasRange = true,
): Split | null {
  const { columns } = view.plan;
  const valuesOf = new Map<number, readonly unknown[]>();
  const bounded: { readonly bound: Bound; readonly conjunct: Predicate }[] = [];
  const residual: Predicate[] = [];
  for (const { column, values } of given) valuesOf.set(column, values);
  for (const conjunct of conjuncts) {
    if (conjunct.op === 'const') continue;
    const equality = equalityIn(conjunct, view.plan);
    if (equality === null) {
      const bound = hasRange ? boundOf(conjunct, view) : null;
      if (bound === null) residual.push(conjunct);
      else bounded.push({ bound, conjunct });
      continue;
    }
    const { column, values } = equality;
    const known = valuesOf.get(column);
    const { type } = columns[column]!;
    if (known !== undefined) {
      const both = known.filter((value) => values.some((other) => equalValues(type, value, other)));
      if (both.length === 0) return null;
      valuesOf.set(column, both);
    } else if (values.length > 1 && [...valuesOf.values()].some((others) => others.length > 1)) {
      residual.push(conjunct);
    } else valuesOf.set(column, values);
  }
  const keyColumns = [...valuesOf.keys()].sort((a, b) => a - b);
  const several = keyColumns.find((c) => valuesOf.get(c)!.length > 1) ?? -1;
  const keyCount = several < 0 ? 1 : valuesOf.get(several)!.length;
  const keys = Array.from({ length: keyCount }, (_, i) =>
    keyColumns.map((c) => valuesOf.get(c)![c === several ? i : 0]),
  );
  const column = rangeColumnOf(bounded.map(({ bound }) => bound));
  const bounds: Bound[] = [];
  for (const { bound, conjunct } of bounded) {
    if (bound.column === column) bounds.push(bound);
    else residual.push(conjunct);
  }
  return { columns: keyColumns, keys, range: column < 0 ? null : rangeOf(view, column, bounds), residual };
}

/** The column whose bounds become intervals: one that has both kinds, else the first; -1: none is bounded. */
function rangeColumnOf(bounds: readonly Bound[]): number {
  let best = -1;
  let isBestClosed = false;
  for (const { column } of bounds) {
    const own = bounds.filter((bound) => bound.column === column);
    const isClosed = own.some(({ op }) => op === 'lt' || op === 'lte') && own.some(({ op }) => op[0] === 'g');
    if (best >= 0 && (isBestClosed || !isClosed) && !(column < best && isClosed === isBestClosed)) continue;
    best = column;
    isBestClosed = isClosed;
  }
  return best;
}

/** The column and values of `a = 1` or `a = 1 OR a = 2`, when they can be a key. */
function equalityIn(predicate: Predicate, table: TablePlan): Equality | null {
  const items = predicate.op === 'or' ? predicate.items : [predicate];
  if (items.length > KEYS_MAX) return null;
  let column = -1;
  const values: unknown[] = [];
  for (const item of items) {
    if (item.op !== 'eq') return null;
    const c = table.columns.findIndex(({ name }) => name === item.column);
    if ((column >= 0 && c !== column) || !isKeyColumn(table.columns[c]!)) return null;
    column = c;
    values.push((item.value as { readonly value: unknown }).value);
  }
  return { column, values };
}
