import type { Prng } from '@tickbase/base';
import type { Plan, TablePlan } from '@tickbase/schema/plan';
import {
  type CompareOp,
  isComparable,
  isJoinable,
  type Predicate,
  type Query,
  type QueryJoin,
} from '@tickbase/schema/query';
import { randomColumnValue } from './random-column-value.ts';

/** A query of one of the tables, which are as clients know them: with any comparisons, nested, within a distance; now and then of the whole table. */
export function randomQuery(prng: Prng, tables: readonly TablePlan[], plan: Plan): Query {
  const table = prng.pick(tables);
  const isBounded = plan.interest !== null && table.spatial !== null;
  const withinM = isBounded && prng.int(0, 2) > 0 ? prng.pick([4, 7.5, 12, 30]) : null;
  for (;;) {
    const where = prng.int(0, 4) <= 1 ? null : randomPredicate(prng, table, 0);
    // Whether a query that no row can meet keeps its area's hysteresis is nobody's promise.
    if (isBounded && where !== null && mayBeEmpty(where, table)) continue;
    const join = prng.int(0, 2) === 0 ? randomJoin(prng, table, tables, plan) : null;
    return { table: table.name, where, withinM, ...(join === null ? {} : { join }) };
  }
}

/** A join with a table that clients see as a whole or their own rows of, if the table has a column for it. Rows of both are exact. */
function randomJoin(prng: Prng, table: TablePlan, tables: readonly TablePlan[], plan: Plan): QueryJoin | null {
  if (!isPlain(table)) return null;
  const pairs = tables.flatMap((other) => {
    if (other === table || !isPlain(other)) return [];
    const whole = plan.tables.find(({ id }) => id === other.id)!;
    if (whole.visibleBy !== undefined) return [];
    if (whole.visibleToColumn !== null && !isIndexed(whole, whole.visibleToColumn)) return [];
    return table.columns.flatMap((own, c) => {
      if (!isIndexed(table, c)) return [];
      const fitting = other.columns.filter(({ type }) => isJoinable(own.type, type));
      return fitting.map((joined) => ({ other, column: own.name, joined: joined.name }));
    });
  });
  if (pairs.length === 0) return null;
  const { other, column, joined } = prng.pick(pairs);
  const mine = other.columns.filter(({ type }, c) => type.kind === 'identity' && isIndexed(other, c));
  const items: Predicate[] = [];
  if (mine.length > 0 && prng.int(0, 1) === 0) {
    items.push({ op: 'eq', column: prng.pick(mine).name, value: { kind: 'sender' } });
  }
  const where = prng.int(0, 2) === 0 ? randomPredicate(prng, other, 1) : null;
  // Who names the sender by a column without an index is refused.
  if (where !== null && !namesSender(where)) items.push(where);
  return { table: other.name, column, joined, where: items.length > 1 ? { op: 'and', items } : (items[0] ?? null) };
}

function isPlain({ spatial, isEvent, columns }: TablePlan): boolean {
  return spatial === null && !isEvent && columns.every(({ quantize }) => quantize === null);
}

function isIndexed({ indexes }: TablePlan, column: number): boolean {
  return indexes.some(({ columns }) => columns.length === 1 && columns[0] === column);
}

function namesSender(predicate: Predicate): boolean {
  if (predicate.op === 'not') return namesSender(predicate.item);
  if ('items' in predicate) return predicate.items.some(namesSender);
  return 'value' in predicate && predicate.op !== 'const' && predicate.value.kind === 'sender';
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
