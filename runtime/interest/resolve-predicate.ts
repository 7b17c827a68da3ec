import type { TablePlan } from '@tickbase/schema/plan';
import type { Literal, Predicate } from '@tickbase/schema/query';
import type { Identity } from '@tickbase/schema/values';
import type { SubscribeRefusal } from './viewers-port.ts';

const PREDICATE_DEPTH_MAX = 32;

type Comparison = Extract<Predicate, { readonly column: string }>;

export const TRUE: Predicate = { op: 'const', value: true };
const FALSE: Predicate = { op: 'const', value: false };

/** Why a predicate is none on the table; null: it is one. */
export function findProblem(predicate: Predicate, table: TablePlan, depth = 0): SubscribeRefusal | null {
  if (depth > PREDICATE_DEPTH_MAX) {
    return { code: 'QUERY_TOO_DEEP', message: `a query nests at most ${PREDICATE_DEPTH_MAX} deep` };
  }
  if (predicate.op === 'const') return null;
  if (predicate.op === 'not') return findProblem(predicate.item, table, depth + 1);
  if (predicate.op === 'and' || predicate.op === 'or') {
    for (const item of predicate.items) {
      const problem = findProblem(item, table, depth + 1);
      if (problem !== null) return problem;
    }
    return null;
  }
  const { column } = predicate as Comparison;
  if (table.columns.some(({ name, isHidden }) => name === column && isHidden !== true)) return null;
  return { code: 'UNKNOWN_COLUMN', message: `the table ${table.name} has no column ${column}` };
}

/** Puts the viewer's identity for `:sender`, flattens AND and OR, and folds constants. */
export function resolve(predicate: Predicate, sender: Identity): Predicate {
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

/** AND or OR of predicates, without lists in lists of the same kind and without constants but as the whole. */
export function combine(op: 'and' | 'or', items: readonly Predicate[]): Predicate {
  const flat = items.flatMap((item) => (item.op === op ? item.items : [item]));
  const isDecided = (item: Predicate): boolean => item.op === 'const' && item.value === (op === 'or');
  if (flat.some(isDecided)) return op === 'or' ? TRUE : FALSE;
  const kept = flat.filter((item) => item.op !== 'const');
  if (kept.length === 0) return op === 'or' ? FALSE : TRUE;
  return kept.length === 1 ? kept[0]! : { op, items: kept };
}
