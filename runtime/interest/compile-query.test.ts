import { wireSchemaOf } from '@tickbase/protocol';
import type { CompareOp, Predicate, Query } from '@tickbase/schema/query';
import { Identity } from '@tickbase/schema/values';
import { expect, test } from 'vitest';
import { compileQuery, type Source } from './compile-query.ts';
import { FakeWorld } from './testing/fake-world.ts';
import { walkPlan } from './testing/walk-plan.ts';
import { TickNews } from './tick-news.ts';
import type { SubscribeRefusal } from './viewers-port.ts';
import { WatchBook } from './watch-book.ts';

const ANN = new Identity(77n);
const BOB = new Identity(1n << 90n);

function compile(
  query: Partial<Query> & { table: string },
  radiusMax: number | null,
): readonly Source[] | SubscribeRefusal {
  const plan = walkPlan(radiusMax);
  const { tables } = new FakeWorld(plan, 0);
  const { trackers } = new WatchBook(plan, wireSchemaOf(plan), tables, new TickNews(9), 9);
  const tracker = trackers.find((known) => known?.plan.name === query.table)!;
  return compileQuery({ where: null, withinM: null, ...query }, tracker, ANN, plan.interest, tables);
}

/** What became of a query, a line for each source. */
function outline(query: Partial<Query> & { table: string }, radiusMax: number | null = null): string[] {
  const sources = compile(query, radiusMax);
  if ('code' in sources) return [sources.code];
  return sources.map(({ rule, key, radiusM, tracker }) => {
    const names = rule.keyColumns.map((c) => tracker.plan.columns[c]!.name);
    const keyText = names.map(
      (name, i) => `${name}=${String((key!.values[i] as { __identity__?: bigint }).__identity__ ?? key!.values[i])}`,
    );
    const bounds = rule.range?.text.split(' ').slice(1).join(' ');
    return [radiusM === null ? 'table' : `cells ${radiusM}`, ...keyText, bounds, rule.residual && 'residual']
      .filter(Boolean)
      .join(' ');
  });
}

function is(column: string, value: unknown, op: CompareOp = 'eq'): Predicate {
  return { op, column, value: { kind: 'value', value } };
}
const bySender: Predicate = { op: 'eq', column: 'owner', value: { kind: 'sender' } };
const and = (...items: Predicate[]): Predicate => ({ op: 'and', items });
const or = (...items: Predicate[]): Predicate => ({ op: 'or', items });
const not = (item: Predicate): Predicate => ({ op: 'not', item });

test.each<[string, Partial<Query> & { table: string }, number | null, string[]]>([
  ['no condition is the whole table', { table: 'item' }, null, ['table']],
  ['equality is a key', { table: 'item', where: is('qty', 4) }, null, ['table qty=4']],
  ['the sender is a value', { table: 'item', where: bySender }, null, ['table owner=77']],
  ['equalities combine', { table: 'item', where: and(is('qty', 4), bySender) }, null, ['table owner=77 qty=4']],
  [
    'OR of one column is several keys',
    { table: 'item', where: or(is('qty', 4), is('qty', 6), is('qty', 4)) },
    null,
    ['table qty=4', 'table qty=6'],
  ],
  ['OR of two columns is residual', { table: 'item', where: or(is('qty', 4), bySender) }, null, ['table residual']],
  [
    'bounds of one column are an interval',
    { table: 'item', where: and(is('qty', 4, 'lt'), bySender) },
    null,
    ['table owner=77 [null, 4)'],
  ],
  [
    'the narrowest bounds count',
    {
      table: 'item',
      where: and(is('qty', 4, 'gte'), is('qty', 9, 'lte'), is('qty', 9, 'lt'), is('qty', 3, 'gt')),
    },
    null,
    ['table [4, 9)'],
  ],
  [
    'bounds of a second column are residual, those on one side alone first',
    { table: 'item', where: and(is('qty', 4, 'lt'), is('ratio', 0.5, 'gt'), is('ratio', 1.5, 'lte')) },
    null,
    ['table (0.5, 1.5] residual'],
  ],
  [
    'texts and large numbers have bounds',
    { table: 'purse', where: and(is('gold', 1n << 60n, 'gte'), or(is('label', 'b', 'lt'), is('label', 'c', 'gt'))) },
    null,
    ['table owner=77 [1152921504606846976, null] residual'],
  ],
  ['no number is no bound', { table: 'item', where: is('ratio', Number.NaN, 'lt') }, null, ['table residual']],
  ['floats are residual', { table: 'item', where: is('ratio', 0.1) }, null, ['table residual']],
  ['NOT is residual', { table: 'item', where: not(is('qty', 4)) }, null, ['table residual']],
  ['contradictions have no rows', { table: 'item', where: and(is('qty', 4), is('qty', 6)) }, null, []],
  ['values out of the type have no rows', { table: 'wide', where: is('c3', 300) }, null, []],
  ['constants fold', { table: 'item', where: or(is('qty', 4), { op: 'const', value: true }) }, null, ['table']],
  ['false has no rows', { table: 'item', where: not({ op: 'const', value: true }) }, null, []],
  ['the owner is always in the key', { table: 'purse', where: is('label', 'ash') }, null, ['table owner=77 label=ash']],
  ['foreign rows are no rows', { table: 'purse', where: is('owner', BOB) }, null, []],
  [
    'the owner may be one of several',
    { table: 'purse', where: or(is('owner', BOB), bySender) },
    null,
    ['table owner=77'],
  ],
  ['interest bounds spatial tables', { table: 'body' }, 50, ['cells 50']],
  ['a smaller radius counts', { table: 'plate', withinM: 20 }, 50, ['cells 20']],
  ['a larger radius does not', { table: 'plate', withinM: 80 }, 50, ['cells 50']],
  ['keys combine with cells', { table: 'stash', where: is('amount', 3, 'lt') }, 50, ['cells 50 owner=77 [null, 3)']],
  ['without interest spatial tables are plain', { table: 'body' }, null, ['table']],
  ['a distance needs interest', { table: 'body', withinM: 20 }, null, ['NOT_SPATIAL']],
  ['a distance needs a place', { table: 'item', withinM: 20 }, 50, ['NOT_SPATIAL']],
  ['a distance is above 0', { table: 'body', withinM: Number.NaN }, 50, ['BAD_RADIUS']],
  ['columns must be there', { table: 'item', where: is('weight', 3) }, null, ['UNKNOWN_COLUMN']],
])('%s', (_, query, radiusMax, expected) => {
  expect(outline(query, radiusMax)).toEqual(expected);
});

test('predicates that differ in order only are one partitioning', () => {
  const [one] = compile({ table: 'item', where: and(is('qty', 4, 'lt'), is('ratio', 2)) }, null) as Source[];
  const [other] = compile({ table: 'item', where: and(is('ratio', 2), is('qty', 4, 'lt')) }, null) as Source[];
  expect(one!.rule.text).toBe(other!.rule.text);
});

test('a condition may not nest too deep', () => {
  let where: Predicate = is('qty', 4, 'lt');
  for (let i = 0; i < 40; i++) where = not(where);
  expect(outline({ table: 'item', where })).toEqual(['QUERY_TOO_DEEP']);
});
