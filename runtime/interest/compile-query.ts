import type { InterestPlan } from '@tickbase/schema/plan';
import type { Literal, Predicate, Query } from '@tickbase/schema/query';
import { equalValues, Identity } from '@tickbase/schema/values';
import { isKeyColumn, keyOfValues, type PartitionKey } from './partition-key.ts';
import { PartitionRule } from './partition-rule.ts';
import { compileSlotPredicate } from './slot-predicate.ts';
import type { TableTracker } from './table-tracker.ts';
import type { SubscribeRefusal } from './viewers-port.ts';

/** One or, with cells, many partitions of one partitioning that a query needs. */
export interface Source {
  readonly tracker: TableTracker;
  readonly rule: PartitionRule;
  readonly key: PartitionKey | null;
  /** Metres round the viewer's centres within which cells are watched; null: no cells. */
  readonly radiusM: number | null;
  /** Equal for sources that need the same partitions. */
  readonly text: string;
}

/** Values of one column that one query may name; more of them become a residual predicate. */
const KEYS_MAX = 64;
const PREDICATE_DEPTH_MAX = 32;

/**
 * Finds the partitions whose union is the query's answer for a viewer. Equalities that every row must meet become the
 * key, so that all who ask for other values of the same columns share a partitioning; the rest becomes a residual predicate.
 * The viewer's identity is always part of the key where rows are visible to their owner only.
 */
export function compileQuery(
  query: Query,
  tracker: TableTracker,
  sender: Identity,
  interest: InterestPlan | null,
): readonly Source[] | SubscribeRefusal {
  const { plan } = tracker;
  const isCells = interest !== null && tracker.places !== null;
  if (query.withinM !== null && !isCells) {
    return { code: 'NOT_SPATIAL', message: `the table ${plan.name} has no area of interest to stay within` };
  }
  if (query.withinM !== null && !(query.withinM > 0)) {
    return { code: 'BAD_RADIUS', message: `a query stays within a number of metres above 0, not ${query.withinM}` };
  }
  const radiusM = isCells ? Math.min(query.withinM ?? interest.radiusMax, interest.radiusMax) : null;

  const refusal = query.where === null ? null : findProblem(query.where, tracker, 0);
  if (refusal !== null) return refusal;
  const where = query.where === null ? TRUE : resolve(query.where, sender);
  if (where.op === 'const' && !where.value) return [];

  const split = splitConjuncts(where.op === 'and' ? where.items : [where], tracker, sender);
  if (split === null) return [];
  const residual = split.residual.length === 0 ? null : combine('and', split.residual);
  const predicate = residual === null ? null : compileSlotPredicate(residual, tracker.view);
  const rule = new PartitionRule(isCells, split.columns, predicate);

  const sources: Source[] = [];
  for (const values of split.keys) {
    const key =
      values.length === 0
        ? null
        : keyOfValues(
            split.columns.map((c) => plan.columns[c]!.type),
            values,
          );
    if (key === null && values.length > 0) continue;
    const text = `${tracker.view.position} ${rule.text} | ${key === null ? '' : [...key.words, ...key.texts.map((t) => JSON.stringify(t))].join(',')} | ${radiusM}`;
    if (!sources.some((source) => source.text === text)) sources.push({ tracker, rule, key, radiusM, text });
  }
  return sources;
}

type Comparison = Extract<Predicate, { readonly column: string }>;

const TRUE: Predicate = { op: 'const', value: true };
const FALSE: Predicate = { op: 'const', value: false };

function findProblem(predicate: Predicate, tracker: TableTracker, depth: number): SubscribeRefusal | null {
  if (depth > PREDICATE_DEPTH_MAX) {
    return { code: 'QUERY_TOO_DEEP', message: `a query nests at most ${PREDICATE_DEPTH_MAX} deep` };
  }
  if (predicate.op === 'const') return null;
  if (predicate.op === 'not') return findProblem(predicate.item, tracker, depth + 1);
  if (predicate.op === 'and' || predicate.op === 'or') {
    for (const item of predicate.items) {
      const problem = findProblem(item, tracker, depth + 1);
      if (problem !== null) return problem;
    }
    return null;
  }
  const { column } = predicate as Comparison;
  if (tracker.plan.columns.some(({ name }) => name === column)) return null;
  return { code: 'UNKNOWN_COLUMN', message: `the table ${tracker.plan.name} has no column ${column}` };
}

/** Puts the viewer's identity for `:sender`, flattens AND and OR, and folds constants. */
function resolve(predicate: Predicate, sender: Identity): Predicate {
  switch (predicate.op) {
    case 'const':
      return predicate;
    case 'not': {
      const item = resolve(predicate.item, sender);
      return item.op === 'const' ? (item.value ? FALSE : TRUE) : { op: 'not', item };
    }
    case 'and':
    case 'or':
      return combine(
        predicate.op,
        predicate.items.map((item) => resolve(item, sender)),
      );
    default: {
      const value: Literal = predicate.value.kind === 'sender' ? { kind: 'value', value: sender } : predicate.value;
      return { op: predicate.op, column: predicate.column, value };
    }
  }
}

function combine(op: 'and' | 'or', items: readonly Predicate[]): Predicate {
  const flat = items.flatMap((item) => (item.op === op ? item.items : [item]));
  const isDecided = (item: Predicate): boolean => item.op === 'const' && item.value === (op === 'or');
  if (flat.some(isDecided)) return op === 'or' ? TRUE : FALSE;
  const kept = flat.filter((item) => item.op !== 'const');
  if (kept.length === 0) return op === 'or' ? FALSE : TRUE;
  return kept.length === 1 ? kept[0]! : { op, items: kept };
}

interface Split {
  /** Key columns, ascending. */
  readonly columns: readonly number[];
  /** The keys to watch: a value for each column. */
  readonly keys: readonly (readonly unknown[])[];
  readonly residual: readonly Predicate[];
}

/** Sorts conjuncts into key and residual; null: no row meets them. */
function splitConjuncts(conjuncts: readonly Predicate[], tracker: TableTracker, sender: Identity): Split | null {
  const { columns, visibleToColumn } = tracker.plan;
  const valuesOf = new Map<number, readonly unknown[]>();
  const residual: Predicate[] = [];
  if (visibleToColumn !== null) valuesOf.set(visibleToColumn, [sender]);
  for (const conjunct of conjuncts) {
    if (conjunct.op === 'const') continue;
    const equality = equalityIn(conjunct, tracker);
    if (equality === null) {
      residual.push(conjunct);
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
  return { columns: keyColumns, keys, residual };
}

/** The column and values of `a = 1` or `a = 1 OR a = 2`, when they can be a key. */
function equalityIn(
  predicate: Predicate,
  tracker: TableTracker,
): { readonly column: number; readonly values: readonly unknown[] } | null {
  const items = predicate.op === 'or' ? predicate.items : [predicate];
  if (items.length > KEYS_MAX) return null;
  let column = -1;
  const values: unknown[] = [];
  for (const item of items) {
    if (item.op !== 'eq') return null;
    const c = tracker.plan.columns.findIndex(({ name }) => name === item.column);
    if ((column >= 0 && c !== column) || !isKeyColumn(tracker.plan.columns[c]!)) return null;
    column = c;
    values.push((item.value as { readonly value: unknown }).value);
  }
  return { column, values };
}
