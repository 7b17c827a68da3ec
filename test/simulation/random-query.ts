import type { Prng } from '@tickbase/base';
import type { Plan, TablePlan } from '@tickbase/schema/plan';
import { type CompareOp, isComparable, type Predicate, type Query } from '@tickbase/schema/query';
import { randomColumnValue } from './random-column-value.ts';

/** A query of one of the tables: with any comparisons, nested, within a distance; now and then of the whole table. */
export function randomQuery(prng: Prng, tables: readonly TablePlan[], plan: Plan): Query {
  const table = prng.pick(tables);
  const isBounded = plan.interest !== null && table.spatial !== null;
  const withinM = isBounded && prng.int(0, 2) > 0 ? prng.pick([4, 7.5, 12, 30]) : null;
  for (;;) {
    const where = prng.int(0, 4) <= 1 ? null : randomPredicate(prng, table, 0);
    // Whether a query that no row can meet keeps its area's hysteresis is nobody's promise.
    if (isBounded && where !== null && mayBeEmpty(where, table)) continue;
    return { table: table.name, where, withinM };
  }
}

function randomPredicate(prng: Prng, table: TablePlan, depth: number): Predicate {
  const draw = prng.int(0, depth >= 2 ? 4 : 9);
  if (draw <= 4) return randomComparison(prng, table, draw <= 2);
  if (draw === 5) {
    const column = prng.int(0, table.columns.length - 1);
    if (!isComparable(table.columns[column]!.type, 'eq')) return randomComparison(prng, table, true);
    return { op: 'or', items: Array.from({ length: prng.int(2, 3) }, () => comparison(prng, table, column, 'eq')) };
  }
  if (draw === 6) return { op: 'not', item: randomPredicate(prng, table, depth + 1) };
  if (draw === 7 && prng.int(0, 4) === 0) return { op: 'const', value: prng.int(0, 1) === 0 };
  const items = Array.from({ length: prng.int(1, 3) }, () => randomPredicate(prng, table, depth + 1));
  return { op: draw === 8 ? 'or' : 'and', items };
}

const OPS: readonly CompareOp[] = ['eq', 'ne', 'lt', 'lte', 'gt', 'gte'];

function randomComparison(prng: Prng, table: TablePlan, isEquality: boolean): Predicate {
  for (let tries = 0; tries < 50; tries++) {
    const column = prng.int(0, table.columns.length - 1);
    const op = isEquality ? 'eq' : prng.pick(OPS);
    if (isComparable(table.columns[column]!.type, op)) return comparison(prng, table, column, op);
  }
  return { op: 'const', value: true };
}

function comparison(prng: Prng, table: TablePlan, column: number, op: CompareOp): Predicate {
  const { name, type } = table.columns[column]!;
  if (type.kind === 'identity' && (op === 'eq' || op === 'ne') && prng.int(0, 2) > 0) {
    return { op, column: name, value: { kind: 'sender' } };
  }
  let value = randomColumnValue(prng, table, column);
  while (typeof value === 'number' && !Number.isFinite(value)) value = randomColumnValue(prng, table, column);
  return { op, column: name, value: { kind: 'value', value } };
}

/** True for predicates with constants in them, or with conjuncts that may contradict each other or the owner's. */
function mayBeEmpty(where: Predicate, table: TablePlan): boolean {
  if (hasConstant(where)) return true;
  const owner = table.visibleToColumn === null ? null : table.columns[table.visibleToColumn]!.name;
  const asked = new Set<string>();
  for (const conjunct of flatten('and', where)) {
    const equalities = flatten('or', conjunct).filter(({ op }) => op === 'eq') as Comparison[];
    const [first] = equalities;
    if (first === undefined) continue;
    if (asked.has(first.column) || (first.column === owner && first.value.kind !== 'sender')) return true;
    asked.add(first.column);
  }
  return false;
}

type Comparison = Extract<Predicate, { readonly column: string }>;

function hasConstant(predicate: Predicate): boolean {
  if (predicate.op === 'const') return true;
  if (predicate.op === 'not') return hasConstant(predicate.item);
  return (predicate.op === 'and' || predicate.op === 'or') && predicate.items.some(hasConstant);
}

/** The parts of nested lists of one kind; a list of one counts as its item. */
function flatten(op: 'and' | 'or', predicate: Predicate): Predicate[] {
  if (predicate.op !== 'and' && predicate.op !== 'or') return [predicate];
  if (predicate.op !== op && predicate.items.length !== 1) return [predicate];
  return predicate.items.flatMap((item) => flatten(op, item));
}
