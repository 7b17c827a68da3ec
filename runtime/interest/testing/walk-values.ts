import type { Prng } from '@tickbase/base';
import { shownTable, type TablePlan } from '@tickbase/schema/plan';
import type { CompareOp, Predicate, Query } from '@tickbase/schema/query';
import { Identity } from '@tickbase/schema/values';
import { HP_FAILS, HP_SEES_NOTHING, HP_SEES_TWICE } from './fake-world.ts';

/** The walk's people; the n-th is the caller with the number n + 1. */
export const IDENTITIES = [5n, (9n << 200n) + 77n, (1n << 255n) + 3n, 1n << 64n, 123_456_789_012_345_678_901n].map(
  (bits) => new Identity(bits),
);

/** The land is a few cells wide, so that things meet. */
const LAND_M = 70;

export function randomValue(prng: Prng, table: TablePlan, column: number): unknown {
  const { name, type } = table.columns[column]!;
  switch (name) {
    case 'pk':
      return type.kind === 'u64' ? BigInt(prng.int(1, 25)) : prng.int(1, 25);
    case 'body_id':
      return prng.int(1, 25);
    case 'owner':
      return IDENTITIES[prng.int(0, IDENTITIES.length - 1)];
    case 'floor':
      return prng.int(0, 9) === 0 ? 3 : 0;
    case 'x':
    case 'y':
      return (prng.float() - 0.4) * LAND_M;
    case 'heading':
      return (prng.float() - 0.5) * 13;
    case 'hp':
      return prng.int(0, 4) > 0 ? prng.int(90, 94) : [HP_SEES_NOTHING, HP_FAILS, HP_SEES_TWICE][prng.int(0, 2)];
    case 'ratio':
      return [-2.5, -0, 0, 0.1, 7e300, Number.NaN][prng.int(0, 5)];
    case 'note':
      return prng.int(0, 2) === 0 ? undefined : `note ${prng.int(0, 3)}`;
    case 'mood':
      return { tag: prng.int(0, 1) === 0 ? 'Calm' : 'Angry' };
    case 'gold':
      return BigInt(prng.int(0, 3)) << 40n;
    case 'label':
    case 'text':
      return ['ash', 'birch', 'cédre', '𝔡ogwood'][prng.int(0, 3)];
    default:
      return prng.int(0, 4);
  }
}

export function randomRow(prng: Prng, table: TablePlan): unknown[] {
  return table.columns.map((_, column) => randomValue(prng, table, column));
}

/** As clients ask: not of hidden columns. */
export function randomQuery(prng: Prng, plans: readonly TablePlan[], radiusMax: number | null): Query {
  const tables = plans.map(shownTable);
  const table = tables[prng.int(0, tables.length - 1)]!;
  const isBounded = radiusMax !== null && table.spatial !== null;
  const where = prng.int(0, 2) === 0 ? null : randomPredicate(prng, table, 0);
  const withinM = isBounded && prng.int(0, 1) === 0 ? prng.int(1, 12) * 2.5 : null;
  const joins = JOINS.filter(([own, , other]) => own === table.name && tables.some(({ name }) => name === other));
  if (joins.length === 0 || prng.int(0, 2) > 0) return { table: table.name, where, withinM };
  const [, column, other, joined] = joins[prng.int(0, joins.length - 1)]!;
  const otherTable = tables.find(({ name }) => name === other)!;
  const otherWhere = prng.int(0, 3) === 0 ? null : randomPredicate(prng, otherTable, 0);
  const isMine = otherTable.columns.some(({ name }) => name === 'owner') && prng.int(0, 1) === 0;
  const mine: Predicate = { op: 'eq', column: 'owner', value: { kind: 'sender' } };
  const conditions = [...(isMine ? [mine] : []), ...(otherWhere === null ? [] : [otherWhere])];
  const whole: Predicate | null = conditions.length > 1 ? { op: 'and', items: conditions } : (conditions[0] ?? null);
  return { table: table.name, where, withinM, join: { table: other, column, joined, where: whole } };
}

/** Tables whose rows are joined, by a column of each. */
const JOINS: readonly (readonly [table: string, column: string, other: string, joined: string])[] = [
  ['item', 'owner', 'crew', 'owner'],
  ['item', 'owner', 'purse', 'owner'],
  ['purse', 'owner', 'crew', 'owner'],
  ['crew', 'owner', 'item', 'owner'],
  ['crew', 'level', 'item', 'qty'],
  ['body', 'kind', 'crew', 'team'],
  ['plate', 'body_id', 'crew', 'pk'],
  ['cargo', 'team', 'crew', 'team'],
  ['cargo', 'pk', 'crew', 'pk'],
  ['camp', 'team', 'crew', 'team'],
  ['shout', 'owner', 'crew', 'owner'],
  ['signal', 'team', 'crew', 'team'],
];

function randomPredicate(prng: Prng, table: TablePlan, depth: number): Predicate {
  const draw = prng.int(0, depth >= 2 ? 4 : 9);
  if (draw <= 4) return randomComparison(prng, table, draw <= 2);
  if (draw === 5) {
    const column = prng.int(0, table.columns.length - 1);
    return { op: 'or', items: Array.from({ length: prng.int(2, 3) }, () => comparisonOf(prng, table, column, 'eq')) };
  }
  if (draw === 6) return { op: 'not', item: randomPredicate(prng, table, depth + 1) };
  if (draw === 7 && prng.int(0, 4) === 0) return { op: 'const', value: prng.int(0, 1) === 0 };
  const items = Array.from({ length: prng.int(1, 3) }, () => randomPredicate(prng, table, depth + 1));
  return { op: draw === 8 ? 'or' : 'and', items };
}

const OPS: readonly CompareOp[] = ['eq', 'ne', 'lt', 'lte', 'gt', 'gte'];

function randomComparison(prng: Prng, table: TablePlan, isEquality: boolean): Predicate {
  const column = prng.int(0, table.columns.length - 1);
  return comparisonOf(prng, table, column, isEquality ? 'eq' : OPS[prng.int(0, 5)]!);
}

function comparisonOf(prng: Prng, table: TablePlan, column: number, op: CompareOp): Predicate {
  const { name, type } = table.columns[column]!;
  if (type.kind === 'identity' && prng.int(0, 1) === 0) return { op, column: name, value: { kind: 'sender' } };
  return { op, column: name, value: { kind: 'value', value: randomValue(prng, table, column) } };
}
