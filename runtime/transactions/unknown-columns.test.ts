import { Range } from '@tickbase/schema/values';
import { describe, expect, test } from 'vitest';
import { makePlan } from './testing/make-plan.ts';
import { openWorld } from './testing/open-world.ts';

const plan = makePlan(
  [
    {
      name: 'player',
      columns: {
        id: { kind: 'u32' },
        name: { kind: 'string' },
        gold: { kind: 'u32' },
        guild: { kind: 'option', of: { kind: 'u16' } },
      },
      key: ['id'],
      autoInc: ['id'],
      keyAlgorithm: 'btree',
      defaults: { gold: { json: 5 } },
      indexes: [{ accessor: 'byName', algorithm: 'hash', columns: ['name'] }],
    },
  ],
  { reducers: [{ name: 'run' }] },
);

// Wrong names are what TypeScript would not let by.
// oxlint-disable-next-line typescript/no-explicit-any
type Handle = any;

/** Runs a statement that is to be refused, and to change nothing. */
const attempt = (statement: (player: Handle) => unknown): { code: string; where: string; mend: string } => {
  const world = openWorld(plan);
  world.run(({ db }) => db.player.insert({ id: 41, name: 'ann' }));
  const before = world.run(({ db }) => [...db.player]);
  let error: unknown = null;
  world.run(({ db }) => {
    try {
      statement(db.player);
    } catch (thrown) {
      error = thrown;
    }
  });
  expect(world.run(({ db }) => [...db.player])).toEqual(before);
  return error as { code: string; where: string; mend: string };
};

describe('a name that is no column', () => {
  test.each([
    ['insert', (player: Handle) => player.insert({ id: 43, name: 'bob', glod: 3 })],
    ['insertMany', (player: Handle) => player.insertMany([{ name: 'bob' }, { name: 'cid', glod: 3 }])],
    ['update', (player: Handle) => player.id.update({ id: 41, name: 'bob', gold: 3, glod: 3 })],
    ['upsert', (player: Handle) => player.id.upsert({ id: 43, name: 'bob', glod: undefined })],
    ['a copy of a row', (player: Handle) => player.id.update({ ...player.id.find(41), glod: 3 })],
    ['delete of a row', (player: Handle) => player.delete({ ...player.id.find(41), glod: 3 })],
    ['an assignment to a view', (player: Handle) => (player.id.edit(41).glod = 3)],
    ['an assignment in a loop', (player: Handle) => [...player.edit()].forEach((view) => (view.glod = 3))],
    ['a look-up by index', (player: Handle) => player.glod.find(3)],
  ])('is refused by %s, with the table, the name and the nearest column, and nothing is changed', (_, statement) => {
    expect(attempt(statement)).toMatchObject({
      code: 'STORE_UNKNOWN_COLUMN',
      where: 'table player, column glod',
      mend: 'did you mean gold?',
    });
  });

  test('is refused even when a column that may be left out is missing: the count alone would not tell', () => {
    const error = attempt((player) => player.insert({ id: 43, name: 'bob', gold: 2, colour: 7 }));
    expect(error).toMatchObject({ code: 'STORE_UNKNOWN_COLUMN', mend: 'its columns are id, name, gold, guild' });
  });

  test('is named before the column that has no value because of it', () => {
    expect(attempt((player) => player.insert({ nmae: 'bob' }))).toMatchObject({
      code: 'STORE_UNKNOWN_COLUMN',
      where: 'table player, column nmae',
      mend: 'did you mean name?',
    });
    expect(attempt((player) => player.insert({ gold: 3 }))).toMatchObject({ code: 'STORE_MISSING_VALUE' });
  });

  test('of a method or an index suggests that', () => {
    expect(attempt((player) => player.isnert({})).mend).toBe('did you mean insert?');
    expect(attempt((player) => player.byNaem.filter('ann')).mend).toBe('did you mean byName?');
  });
});

test('a look-up by a column without an index says so, and which indexes there are', () => {
  const error = attempt((player) => player.gold.filter(5));
  expect(error).toMatchObject({ code: 'STORE_NO_INDEX', where: 'table player, column gold' });
  expect(error.mend).toContain('byName');
});

test('columns may be left out, given as undefined, or come from a view', () => {
  const world = openWorld(plan);
  const rows = world.run(({ db }) => {
    db.player.insert({ name: 'ann' });
    db.player.insert({ id: 0, name: 'bob', gold: undefined, guild: undefined });
    const view = db.player.id.edit(2);
    db.player.delete(db.player.id.find(1));
    view.guild = 9;
    db.player.id.update(view);
    expect([Object.keys({ ...view }), view instanceof Object, `${view}`]).toEqual([[], true, '[object Object]']);
    return [...db.player];
  });
  expect(rows).toEqual([{ id: 2, name: 'bob', gold: 5, guild: 9 }]);
});

test('a range of a unique btree is deleted at once, and counted', () => {
  const world = openWorld(plan);
  const left = world.run(({ db }) => {
    for (let id = 1; id <= 9; id++) db.player.insert({ id, name: 'ann' });
    const range = new Range<number>({ tag: 'included', value: 3 }, { tag: 'excluded', value: 7 });
    expect(db.player.id.delete(range)).toBe(4);
    expect(db.player.id.delete(range)).toBe(0);
    expect([db.player.id.delete(8), db.player.id.delete(8)]).toEqual([true, false]);
    return [...db.player].map(({ id }) => id);
  });
  expect(left).toEqual([1, 2, 7, 9]);
});
