import type { Plan } from '@tickbase/schema/plan';
import type { Query } from '@tickbase/schema/query';
import { expect, test } from 'vitest';
import { QueryTranslator } from './translate-query.ts';
import { walkPlan } from './testing/walk-plan.ts';

const BEFORE = walkPlan(null);

/** `wide` with another type of its column c3, and `item` no longer for clients. */
const AFTER: Plan = {
  ...BEFORE,
  tables: BEFORE.tables.map((table) => {
    if (table.name === 'item') return Object.assign({}, table, { isPublic: false });
    if (table.name !== 'wide') return table;
    const columns = table.columns.map((column) =>
      column.name === 'c3' ? Object.assign({}, column, { type: { kind: 'u64' } }) : column,
    );
    return Object.assign({}, table, { columns });
  }),
};

function query(table: string, column: string, value: unknown): Query {
  return { table, withinM: null, where: { op: 'eq', column, value: { kind: 'value', value } } };
}

test('a query of a table that stands alike is the query that it was', () => {
  const body = query('body', 'hp', 9);
  expect(new QueryTranslator(BEFORE, AFTER).translate(body)).toBe(body);
});

test('values are those of the new types', () => {
  expect(new QueryTranslator(BEFORE, AFTER).translate(query('wide', 'c3', 41))).toEqual(query('wide', 'c3', 41n));
});

test('a join is translated when either of its tables has changed', () => {
  const translator = new QueryTranslator(BEFORE, AFTER);
  const join = { table: 'wide', column: 'pk', joined: 'pk', where: query('wide', 'c3', 41).where };
  const crew: Query = { table: 'crew', withinM: null, where: null, join };
  expect(translator.translate(crew)).toEqual({ ...crew, join: { ...join, where: query('wide', 'c3', 41n).where } });
  const other = { table: 'item', column: 'owner', joined: 'owner', where: null };
  expect(translator.translate({ ...crew, join: other })).toMatchObject({ code: 'SQL_TABLE_UNKNOWN' });
});

test('what clients may not ask any more is refused, with the whole query set', () => {
  const translator = new QueryTranslator(BEFORE, AFTER);
  const whole = { table: 'item', withinM: null, where: null };
  expect(translator.translate(whole)).toMatchObject({ code: 'SQL_TABLE_UNKNOWN' });
  expect(translator.translateAll([query('wide', 'c3', 1), whole])).toMatchObject({ code: 'SQL_TABLE_UNKNOWN' });
  expect(translator.translateAll([query('wide', 'c3', 1)])).toHaveLength(1);
});
