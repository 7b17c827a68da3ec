import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { TickbaseError } from '@tickbase/base';
import { runsOf } from '../../test/support/runs-of.ts';
import type { Plan } from '../plan/plan.ts';
import type { TypePlan } from '../plan/type-plan.ts';
import { SCALAR_VALUES } from '../testing/arbitraries.ts';
import { compareValues } from '../values/compare-values.ts';
import { Identity } from '../values/identity.ts';
import { isComparable, isJoinable } from './comparison.ts';
import { compilePredicate } from './compile-predicate.ts';
import { parseSql } from './parse-sql.ts';
import type { CompareOp, Predicate, Query } from './query.ts';
import type { QueryTable } from './query-table.ts';
import { toSql } from './to-sql.ts';

const OPS: readonly CompareOp[] = ['eq', 'ne', 'lt', 'lte', 'gt', 'gte'];
const KIND: TypePlan = {
  kind: 'enum',
  name: 'Kind',
  variants: ['Player', 'Beast'].map((name, id) => ({ id: id + 4, name, type: { kind: 'unit' } })),
};
const types = (Object.keys(SCALAR_VALUES) as (keyof typeof SCALAR_VALUES)[])
  .map((kind): TypePlan => ({ kind }))
  .filter((type) => isComparable(type, 'eq'));
const columns = [
  ...types.map((type) => ({ name: `the_${type.kind.toLowerCase()}`, accessor: `the${type.kind}`, type })),
  { name: 'within', accessor: 'within', type: KIND },
];
const table: QueryTable = { name: 'select', columns, spatial: { kind: 'position', x: 1, y: 2, space: null, cell: 8 } };
/** With names that the first one has, too. */
const other: QueryTable = { name: 'other', columns: columns.map((column) => ({ ...column })) };
const plan = { tables: [table, other] } as unknown as Plan;
const me = new Identity(0x5eadn);

/** Small sets of values, so that equality is met; finite, because queries have no others. */
function valueOf(type: TypePlan): fc.Arbitrary<unknown> {
  if (type.kind === 'enum') return fc.constantFrom({ tag: 'Player' }, { tag: 'Beast' });
  if (type.kind === 'identity') return fc.constantFrom(me, new Identity(0xfeedn));
  if (/^[ui]\d+$/.test(type.kind)) {
    const small = Number(type.kind.slice(1)) >= 64 ? fc.bigInt({ min: 3n, max: 6n }) : fc.integer({ min: 3, max: 6 });
    return fc.oneof(small, SCALAR_VALUES[type.kind as 'u8']);
  }
  const values = SCALAR_VALUES[type.kind as 'f64'];
  return type.kind === 'f32' || type.kind === 'f64' ? values.filter((value) => Number.isFinite(value)) : values;
}

const comparison: fc.Arbitrary<Predicate> = fc.constantFrom(...columns).chain(({ name, type }) => {
  const op = fc.constantFrom(...OPS.filter((candidate) => isComparable(type, candidate)));
  const value = valueOf(type).map((it) => ({ kind: 'value', value: it }) as const);
  const literal = type.kind === 'identity' ? fc.oneof(value, fc.constant({ kind: 'sender' } as const)) : value;
  return fc.record({ op, column: fc.constant(name), value: literal });
});

const predicate: fc.Arbitrary<Predicate> = fc.letrec<{ any: Predicate }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    comparison,
    fc.boolean().map((value): Predicate => ({ op: 'const', value })),
    tie('any').map((item): Predicate => ({ op: 'not', item })),
    fc
      .tuple(fc.constantFrom('and' as const, 'or' as const), fc.array(tie('any'), { minLength: 2, maxLength: 3 }))
      .map(([op, items]): Predicate => ({ op, items })),
  ),
})).any;

const plain: fc.Arbitrary<Query> = fc.record({
  table: fc.constant('select'),
  where: fc.option(predicate),
  withinM: fc.option(fc.double({ min: 0.001, max: 1e6, noNaN: true })),
});
/** A condition without names is of either table. */
const named = predicate.filter((it) => conjuncts(it).every(hasName));
const joinColumn = fc.constantFrom(...columns.filter(({ type }) => isJoinable(type, type))).map(({ name }) => name);
const joined = fc
  .record({ query: plain, column: joinColumn, where: fc.option(named) })
  .map(({ query: { table: name, where: own, withinM }, column, where }): Query => {
    return { table: name, where: own, withinM, join: { table: 'other', column, joined: column, where } };
  });
const query: fc.Arbitrary<Query> = fc.oneof(plain, joined);

const row = fc.record(Object.fromEntries(columns.map(({ accessor, type }) => [accessor, valueOf(type)])));

test('a query written as SQL is read back as the same query', () => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(query, (it) => {
      const text = toSql(it, table, it.join === undefined ? null : other);
      for (const op of text.match(/ (AND|OR|JOIN|<>|<=|>=|=|<|>) |NOT|WITHIN|:sender/g) ?? [])
        seen.set(op, (seen.get(op) ?? 0) + 1);
      expect(withoutZeroSigns(parseSql(text, plan))).toEqual(withoutZeroSigns(it));
    }),
    { numRuns: runsOf(2000) },
  );
  expect(seen.size).toBe(12);
});

test('a compiled predicate says of every row what a naive reading says', () => {
  const verdicts = { true: 0, false: 0 };
  fc.assert(
    fc.property(predicate, row, (it, values) => {
      const verdict = compilePredicate(it, table, me)(values);
      verdicts[`${verdict}`]++;
      expect(verdict).toBe(naive(it, values));
    }),
    { numRuns: 4000 },
  );
  expect(Math.min(verdicts.true, verdicts.false)).toBeGreaterThan(100);
});

test('any text is either a query or a coded mistake', () => {
  const words = fc.constantFrom(
    ...'SELECT * FROM select "select" JOIN other ON other.the_u8 WITHIN 5 WHERE the_u8 the_string the_bool = <> < ( ) AND OR NOT TRUE 3 -1.5 \'a\' 0xff :sender . ; , "'.split(
      ' ',
    ),
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(words, { maxLength: 14 }).map((list) => list.join(' ')),
  );
  const start = fc.constantFrom(
    '',
    'SELECT * FROM "select" ',
    'SELECT * FROM "select" WHERE ',
    'SELECT other.* FROM other JOIN "select" ON ',
  );
  let read = 0;
  fc.assert(
    fc.property(start, text, (head, tail) => {
      try {
        parseSql(head + tail, plan);
        read++;
      } catch (error) {
        expect(error).toBeInstanceOf(TickbaseError);
        expect((error as TickbaseError).code).toMatch(/^SQL_/);
      }
    }),
    { numRuns: 4000 },
  );
  expect(read).toBeGreaterThan(10);
});

function naive(it: Predicate, values: Readonly<Record<string, unknown>>): boolean {
  switch (it.op) {
    case 'const':
      return it.value;
    case 'not':
      return !naive(it.item, values);
    case 'and':
      return it.items.every((item) => naive(item, values));
    case 'or':
      return it.items.some((item) => naive(item, values));
    default: {
      const column = columns.find(({ name }) => name === it.column)!;
      const literal = it.value.kind === 'sender' ? me : it.value.value;
      const order = compareValues(column.type, values[column.accessor], literal);
      return { eq: order === 0, ne: order !== 0, lt: order < 0, lte: order <= 0, gt: order > 0, gte: order >= 0 }[
        it.op
      ];
    }
  }
}

function conjuncts(it: Predicate): readonly Predicate[] {
  return it.op === 'and' ? it.items : [it];
}

function hasName(it: Predicate): boolean {
  if (it.op === 'const') return false;
  if (it.op === 'not') return hasName(it.item);
  return it.op === 'and' || it.op === 'or' ? it.items.some(hasName) : true;
}

/** SQL has one zero. */
function withoutZeroSigns(it: unknown): unknown {
  if (it === 0) return 0;
  if (Array.isArray(it)) return it.map(withoutZeroSigns);
  if (typeof it !== 'object' || it === null) return it;
  const prototype: unknown = Object.getPrototypeOf(it);
  if (prototype !== Object.prototype && prototype !== null) return it;
  return Object.fromEntries(Object.entries(it).map(([name, value]) => [name, withoutZeroSigns(value)]));
}
