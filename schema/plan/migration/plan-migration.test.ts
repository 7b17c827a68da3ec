import { describe, expect, test } from 'vitest';
import { schema, type SchemaOptions } from '../../module/schema.ts';
import type { Tables } from '../../module/reducer-ctx.ts';
import { table } from '../../tables/table.ts';
import { t } from '../../types/t.ts';
import { assignIds } from '../assign-ids.ts';
import { derivePlan } from '../derive-plan.ts';
import type { Plan } from '../plan.ts';
import { isAllowed, planMigration } from './plan-migration.ts';

/** What only other shapes can write. */
const js = (value: unknown): never => value as never;
const purseOf = (shape: object, options: object = { public: true }): Tables => ({
  purse: table(js(options), js(shape)),
});
const id = t.u32().primaryKey();
const kind = (...names: string[]) => t.enum('Kind', names);

function planOf(tables: Tables, options: SchemaOptions = {}, previous: Plan | null = null): Plan {
  return assignIds(derivePlan({ default: schema(tables, options) }).plan, previous);
}

function migrate(before: Tables, after: Tables, options: SchemaOptions = {}, isEmpty = false): readonly string[] {
  const old = planOf(before);
  const { steps } = planMigration(old, planOf(after, options, old), () => isEmpty);
  for (const step of steps) {
    expect(step.why).not.toBe('');
    expect(step.mend === '', step.mend).toBe(step.class !== 'refused');
  }
  return steps.map((step) => `${step.class}: ${step.what}`);
}

const gold = { id, gold: t.u32() };

describe('what a change of a public table comes to', () => {
  const CASES: readonly (readonly [title: string, before: object, after: object, steps: readonly string[]])[] = [
    ['nothing', gold, gold, []],
    [
      'a column with a default, anywhere',
      gold,
      { silver: t.i64().default(5n), ...gold },
      ['rewrites: add column purse.silver, i64'],
    ],
    [
      'an optional column',
      gold,
      { ...gold, note: t.string().optional() },
      ['rewrites: add column purse.note, option of string'],
    ],
    [
      'a column without a value for old rows',
      gold,
      { ...gold, note: t.string() },
      ['refused: add column purse.note, string'],
    ],
    ['a numbered column', gold, { ...gold, serial: t.u64().autoInc() }, ['rewrites: add column purse.serial, u64']],
    ['a column less', gold, { id }, ['refused: remove column purse.gold']],
    [
      'a column is hidden',
      { id, gold: t.u32(), note: t.string() },
      { id, gold: t.u32().hidden(), note: t.string() },
      ['disconnects clients: hide column purse.gold'],
    ],
    [
      'a hidden column is shown',
      { id, gold: t.u32().hidden(), note: t.string() },
      { id, gold: t.u32(), note: t.string() },
      ['safe: show column purse.gold to all'],
    ],
    [
      'a column is for its owner alone',
      { id, who: t.identity(), gold: t.u32() },
      { id, who: t.identity(), gold: t.u32().visibleTo('who') },
      ['disconnects clients: show column purse.gold to the owner'],
    ],
    [
      'a hidden column is for its owner',
      { id, who: t.identity(), gold: t.u32().hidden() },
      { id, who: t.identity(), gold: t.u32().visibleTo('who') },
      ['safe: show column purse.gold to the owner'],
    ],
    [
      'an owner’s column is hidden from it, too',
      { id, who: t.identity(), gold: t.u32().visibleTo('who') },
      { id, who: t.identity(), gold: t.u32().hidden() },
      ['disconnects clients: hide column purse.gold'],
    ],
    [
      'another owner',
      { id, who: t.identity(), heir: t.identity(), gold: t.u32().visibleTo('who') },
      { id, who: t.identity(), heir: t.identity(), gold: t.u32().visibleTo('heir') },
      ['safe: give what is for the owner of rows of table purse to heir'],
    ],
    [
      'what becomes of a hidden column is nothing to clients',
      { id, gold: t.u32().hidden() },
      { id, coins: t.u64().hidden().renamedFrom('gold') },
      ['safe: rename column purse.gold to purse.coins', 'rewrites: change the type of purse.coins: u32 becomes u64'],
    ],
    [
      'a new name for a column',
      gold,
      { id, coins: t.u32().renamedFrom('gold') },
      ['disconnects clients: rename column purse.gold to purse.coins'],
    ],
    ['another accessor under the same name', { id, bodyId: t.u32() }, { id, theBody: t.u32().name('body_id') }, []],
    ['another order', gold, { gold: t.u32(), id }, ['safe: reorder the columns of table purse']],
    [
      'a wider integer',
      gold,
      { id, gold: t.u64() },
      ['disconnects clients: change the type of purse.gold: u32 becomes u64'],
    ],
    [
      'a signed integer that holds it',
      gold,
      { id, gold: t.i64() },
      ['disconnects clients: change the type of purse.gold: u32 becomes i64'],
    ],
    ['a narrower integer', gold, { id, gold: t.u16() }, ['refused: change the type of purse.gold from u32 to u16']],
    [
      'a signed integer of the same width',
      gold,
      { id, gold: t.i32() },
      ['refused: change the type of purse.gold from u32 to i32'],
    ],
    [
      'a float of more bits',
      { id, weight: t.f32() },
      { id, weight: t.f64() },
      ['disconnects clients: change the type of purse.weight: f32 becomes f64'],
    ],
    ['an integer as a float', gold, { id, gold: t.f64() }, ['refused: change the type of purse.gold from u32 to f64']],
    [
      'a value that may be missing',
      gold,
      { id, gold: t.u32().optional() },
      ['disconnects clients: change the type of purse.gold: values become optional'],
    ],
    [
      'a value that may no longer be missing',
      { id, gold: t.u32().optional() },
      gold,
      ['refused: change the type of purse.gold from option of u32 to u32'],
    ],
    [
      'another variant',
      { id, kind: kind('Leather') },
      { id, kind: kind('Silk', 'Leather') },
      ['disconnects clients: change the type of purse.kind: the variant Silk is added'],
    ],
    [
      'another variant, deep inside',
      { id, kinds: t.array(t.object('Slot', { kind: kind('Leather') })) },
      { id, kinds: t.array(t.object('Slot', { kind: kind('Leather', 'Silk') })) },
      ['disconnects clients: change the type of purse.kinds: the variant Silk is added in field kind'],
    ],
    [
      'a variant less',
      { id, kind: kind('Leather', 'Silk') },
      { id, kind: kind('Silk') },
      ['disconnects clients: change the type of purse.kind: the variant Leather is gone'],
    ],
    [
      'a variant with another payload',
      { id, deed: t.enum('Deed', { Rest: t.unit(), Walk: t.u8() }) },
      { id, deed: t.enum('Deed', { Rest: t.unit(), Walk: t.string() }) },
      ['refused: change the type of purse.deed from enum Deed to enum Deed'],
    ],
    [
      'fields in another order',
      { id, place: t.object('Place', { x: t.u8(), y: t.u8() }) },
      { id, place: t.object('Place', { y: t.u8(), x: t.u8() }) },
      ['rewrites: change the type of purse.place: fields stand in another order'],
    ],
    [
      'a field more',
      { id, place: t.object('Place', { x: t.u8() }) },
      { id, place: t.object('Place', { x: t.u8(), y: t.u8() }) },
      ['refused: change the type of purse.place from object Place to object Place'],
    ],
    ['a name of a type', { id, kind: kind('A') }, { id, kind: t.enum('Sort', ['A']) }, []],
    ['a default', gold, { id, gold: t.u32().default(3) }, ['safe: change the default of purse.gold to 3']],
    ['an index', gold, { id, gold: t.u32().index() }, ['safe: add a btree index on purse (gold)']],
    [
      'another kind of index',
      { id, gold: t.u32().index() },
      { id, gold: t.u32().index('hash') },
      ['safe: drop the btree index on purse (gold)', 'safe: add a hash index on purse (gold)'],
    ],
    [
      'a unique column',
      gold,
      { id, gold: t.u32().unique() },
      ['safe: make purse (gold) unique', 'safe: add a hash index on purse (gold)'],
    ],
    [
      'another primary key',
      gold,
      { id: t.u32(), gold: t.u32().primaryKey() },
      [
        'disconnects clients: make gold the primary key of table purse',
        'safe: drop the hash index on purse (id)',
        'safe: add a hash index on purse (gold)',
      ],
    ],
    [
      'no primary key',
      gold,
      { id: t.u32(), gold: t.u32() },
      ['disconnects clients: drop the primary key of table purse', 'safe: drop the hash index on purse (id)'],
    ],
    [
      'numbers of its own',
      gold,
      { id: t.u32().primaryKey().autoInc(), gold: t.u32() },
      ['safe: number purse.id by itself'],
    ],
    [
      'quantized streams',
      { id, weight: t.f32() },
      { id, weight: t.f32().quantize({ step: 0.5 }) },
      ['safe: change how purse.weight is quantized'],
    ],
    [
      'values that are not kept',
      gold,
      { id, gold: t.u32().persist('never') },
      ["safe: keep values of purse.gold by 'never'"],
    ],
  ];

  test.each(CASES)('%s', (_title, before, after, steps) => {
    expect(migrate(purseOf(before), purseOf(after))).toEqual(steps);
  });

  test('of a private one no client hears', () => {
    const renamed = { id, coins: t.u64().renamedFrom('gold') };
    expect(migrate(purseOf(gold, {}), purseOf(renamed, {}))).toEqual([
      'safe: rename column purse.gold to purse.coins',
      'rewrites: change the type of purse.coins: u32 becomes u64',
    ]);
  });

  test('without rows everything goes', () => {
    const other = { id: t.string().primaryKey(), note: t.u8() };
    expect(migrate(purseOf(gold), purseOf(other), {}, true)).toEqual([
      'disconnects clients: remove column purse.gold',
      'disconnects clients: change the type of purse.id from u32 to string',
      'safe: add column purse.note, u8',
    ]);
    expect(migrate(purseOf(gold), {}, {}, true)).toEqual(['disconnects clients: remove table purse']);
  });
});

describe('what a change of a table’s options comes to', () => {
  const placed = { id, x: t.f32(), y: t.f32(), owner: t.identity().index() };
  const shown = { public: true };
  const CASES: readonly (readonly [title: string, before: object, after: object, steps: readonly string[]])[] = [
    ['private', shown, {}, ['disconnects clients: make table purse private']],
    ['public', {}, shown, ['safe: make table purse public']],
    ['events', shown, { ...shown, event: true }, ['refused: make table purse an event table']],
    [
      'no events',
      { ...shown, event: true },
      shown,
      ['disconnects clients: make table purse a table of rows that last'],
    ],
    [
      'persist',
      shown,
      { ...shown, persist: 'never' },
      ["safe: keep rows of table purse by 'never' instead of 'commit'"],
    ],
    ['an owner', shown, { ...shown, visibleTo: 'owner' }, ['safe: show rows of table purse by owner']],
    [
      'a rule that looks up',
      { ...shown, visibleTo: 'owner' },
      { ...shown, visibleTo: ['owner', { column: 'id', sender: 'owner' }] },
      ['safe: show rows of table purse by owner or id through purse'],
    ],
    [
      'a place',
      shown,
      { ...shown, spatial: { x: 'x', y: 'y', cell: 8 } },
      ['safe: place rows of table purse by x and y, in cells of 8'],
    ],
    ['no place', { ...shown, spatial: { x: 'x', y: 'y', cell: 8 } }, shown, ['safe: take table purse off the grid']],
  ];

  test.each(CASES)('%s', (_title, before, after, steps) => {
    expect(migrate(purseOf(placed, before), purseOf(placed, after))).toEqual(steps);
  });
});

describe('tables', () => {
  const wallet = { wallet: table({ public: true }, gold).renamedFrom('purse') };

  test('are added, and removed once they are empty or given up', () => {
    const both = { ...purseOf(gold), herb: table({}, { id }) };
    expect(migrate(purseOf(gold), both)).toEqual(['safe: add table herb']);
    expect(migrate(both, purseOf(gold))).toEqual(['refused: remove table herb']);
    expect(migrate(both, purseOf(gold), { removed: ['herb'] })).toEqual(['safe: remove table herb']);
    expect(migrate(both, { herb: both.herb }, { removed: ['purse'] })).toEqual([
      'disconnects clients: remove table purse',
    ]);
    expect(migrate(purseOf({ id }, { persist: 'never' }), {})).toEqual(['safe: remove table purse']);
  });

  test('columns that are given up are dropped with their values', () => {
    expect(migrate(purseOf(gold), purseOf({ id }), { removed: ['purse.gold'] })).toEqual([
      'disconnects clients: remove column purse.gold',
    ]);
  });

  test('are renamed with their rows and ids', () => {
    const before = planOf(purseOf(gold));
    const after = planOf(wallet, {}, before);
    expect(after.tables[0]).toMatchObject({ id: before.tables[0]!.id, name: 'wallet' });
    expect(after.tables[0]!.columns.map((column) => column.id)).toEqual(before.tables[0]!.columns.map((it) => it.id));
    expect(migrate(purseOf(gold), wallet)).toEqual(['disconnects clients: rename table purse to wallet']);
    // The old name may stay in the schema.
    const again = planOf(wallet, {}, after);
    expect(planMigration(after, again).steps).toEqual([]);
    expect(again).toEqual(after);
  });

  test('of two versions ago are known by each of their names', () => {
    const first = planOf(purseOf(gold));
    const third = planOf({ bag: table({}, gold).renamedFrom('purse').renamedFrom('wallet') }, {}, first);
    expect(third.tables[0]!.id).toBe(first.tables[0]!.id);
  });

  test('are not renamed over a table that has rows of its own', () => {
    const both = { ...purseOf(gold), wallet: table({ public: true }, gold) };
    expect(migrate(both, wallet, {})).toEqual(['refused: remove table purse', 'refused: rename table purse to wallet']);
    expect(migrate(both, wallet, { removed: ['purse'] })).toEqual(['disconnects clients: remove table purse']);
  });

  test('nor is a column over another', () => {
    const after = purseOf({ id, gold: t.u32().renamedFrom('coins') });
    const before = purseOf({ ...gold, coins: t.u32() });
    expect(migrate(before, after)).toEqual([
      'refused: remove column purse.coins',
      'refused: rename column purse.coins to purse.gold',
    ]);
    expect(migrate(before, after, { removed: ['purse.coins'] })).toEqual([
      'disconnects clients: remove column purse.coins',
    ]);
  });
});

const moduleOf = (
  make: (game: ReturnType<typeof schema<Tables>>) => Record<string, unknown>,
  previous: Plan | null,
): Plan => {
  const game = schema<Tables>(purseOf(gold), { tickRate: 20 });
  return assignIds(derivePlan({ default: game, ...make(game) }).plan, previous);
};
const nothing = (): void => {};

describe('functions', () => {
  const first = moduleOf(
    (game) => ({
      pay: game.reducer({ to: t.u32(), gold: t.u32() }, nothing),
      rest: game.reducer(nothing),
      begin: game.init(nothing),
      grow: game.system({ everyTicks: 2 }, nothing),
    }),
    null,
  );
  const stepsOf = (make: Parameters<typeof moduleOf>[0]): string[] =>
    planMigration(first, moduleOf(make, first)).steps.map((step) => `${step.class}: ${step.what}`);

  test('disconnect clients only where their code calls them otherwise', () => {
    expect(
      stepsOf((game) => ({
        pay: game.reducer({ gold: t.u32(), to: t.u32() }, nothing),
        rest: game.clientConnected(nothing),
        dig: game.reducer(nothing),
        grow: game.system({ everyTicks: 5 }, nothing),
      })),
    ).toEqual([
      'safe: remove hook begin',
      'safe: change the parameters of reducer pay',
      'disconnects clients: change rest from a reducer to a hook',
      'safe: add reducer dig',
      'safe: run system grow every 5 ticks instead of 2',
    ]);
    expect(
      stepsOf((game) => ({ pay: game.reducer({ to: t.u64(), gold: t.u32() }, nothing), begin: game.init(nothing) })),
    ).toEqual([
      'disconnects clients: remove reducer rest',
      'disconnects clients: change the parameters of reducer pay',
      'safe: remove system grow',
    ]);
  });
});

test('a migration is allowed unless a step is refused', () => {
  const before = planOf(purseOf(gold));
  expect(isAllowed(planMigration(before, planOf(purseOf({ id }), {}, before)))).toBe(false);
  expect(isAllowed(planMigration(before, planOf(purseOf({ ...gold, a: t.u8().default(1) }), {}, before)))).toBe(true);
});
