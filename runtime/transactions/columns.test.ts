import { expect, test } from 'vitest';
import { CHANGE_UPDATE, type Table } from '../store/index.ts';
import { makePlan } from './testing/make-plan.ts';
import { type OpenWorld, openWorld } from './testing/open-world.ts';
import { CALL_COMMITTED, CALL_FAILED } from './world.ts';

const plan = makePlan(
  [
    {
      name: 'body',
      columns: {
        id: { kind: 'u16' },
        kind: { kind: 'u8' },
        x: { kind: 'f32' },
        y: { kind: 'f64' },
        floor: { kind: 'u16' },
        isTired: { kind: 'bool' },
        gold: { kind: 'i64' },
        name: { kind: 'string' },
      },
      key: ['id'],
      indexes: [{ accessor: 'kind', algorithm: 'btree', columns: ['kind'] }],
      spatial: { x: 'x', y: 'y', space: 'floor', cell: 8 },
    },
    { name: 'tag', columns: { weight: { kind: 'f64' } }, indexes: [] },
  ],
  { tickRate: 20, reducers: [{ name: 'run' }, { name: 'work' }] },
);

// A test's contexts know their tables.
// oxlint-disable-next-line typescript/no-explicit-any
type Context = any;

const body = (id: number): object => ({
  id,
  kind: id % 3,
  x: id,
  y: 2 * id,
  floor: 5,
  isTired: false,
  gold: BigInt(id),
  name: `n${id}`,
});

/** Bodies 3 to 9 without 6. */
function openBodies(work: (ctx: Context) => unknown = () => {}): OpenWorld {
  const world = openWorld(plan, { work });
  world.run(({ db }) => db.body.insertMany([3, 4, 5, 6, 7, 8, 9].map(body)));
  world.run(({ db }) => db.body.id.delete(6));
  return world;
}

const step = ({ db }: Context): void =>
  db.body.columns.edit(['x', 'gold'], ({ x, y, gold }: Context, start: number, end: number) => {
    for (let row = start; row < end; row++) {
      x[row] += y[row];
      gold[row] += 7n;
    }
  });

test('columns.edit goes over runs of rows, and writes what they hold', () => {
  const world = openBodies();
  const runs: number[][] = [];
  world.run(({ db }) => db.body.columns.read((_: Context, start: number, end: number) => runs.push([start, end])));
  expect(runs).toEqual([
    [0, 3],
    [4, 7],
  ]);
  world.run(step);
  expect(world.run(({ db }) => [...db.body].map((row) => [row.x, row.gold]))).toEqual(
    [3, 4, 5, 7, 8, 9].map((id) => [3 * id, BigInt(id) + 7n]),
  );
});

test('the change set tells the rows that differ when the tick ends, and the cells that they crossed', () => {
  const world = openBodies();
  const record = world.tick(() => {
    world.world.runCall(1, new Uint8Array(0), world.caller);
  });
  expect(record.tables).toEqual([]);

  world.run((ctx) => {
    step(ctx);
    ctx.db.body.columns.edit(['gold'], ({ gold }: Context, start: number, end: number) => {
      for (let row = start; row < end; row++) gold[row] -= 7n;
    });
    ctx.db.body.id.edit(8).x = 8;
  });
  const [change] = world.record!.tables;
  expect([...change!.slots.subarray(0, change!.count)]).toEqual([0, 1, 2, 4, 6]);
  expect([...change!.ops.subarray(0, change!.count)]).toEqual([2, 2, 2, 2, 2].map(() => CHANGE_UPDATE));
  expect([...change!.masks.subarray(0, change!.count)]).toEqual([4, 4, 4, 4, 4]);
  const table = world.world.tables[0] as Table;
  expect(Array.from(change!.cellsAfter!.subarray(0, 5))).toEqual([0, 1, 2, 4, 6].map((s) => table.grid!.cellOfSlot[s]));
  expect(change!.cellsBefore![0]).not.toBe(change!.cellsAfter![0]);
});

test('within sees rows where columns.edit has put them, in the same transaction', () => {
  const world = openBodies();
  const near = world.run((ctx) => {
    step(ctx);
    return [...ctx.db.body.within({ x: 27, y: 18, radius: 1, space: 5 })].map((row) => row.id);
  });
  expect(near).toEqual([9]);
});

test('a rollback puts whole columns back, and cells', () => {
  const world = openBodies((ctx) => {
    step(ctx);
    for (const view of ctx.db.body.edit()) view.floor = 6;
    if ([...ctx.db.body.within({ x: 27, y: 18, radius: 1, space: 6 })].length !== 1) throw new Error('nobody there');
    step(ctx);
    throw new Error('broken');
  });
  const before = world.run(({ db }) => [...db.body]);
  expect(world.call('work')).toBe(CALL_FAILED);
  expect(world.world.lastMessage).toContain('broken');
  expect(world.record!.tables).toEqual([]);
  expect(world.run(({ db }) => [...db.body])).toEqual(before);
  expect(world.run(({ db }) => [...db.body.within({ x: 9, y: 18, radius: 1, space: 5 })])).toEqual([before.at(-1)]);
});

test('a coordinate that is none ends the transaction, whatever the module does, and names table, column and value', () => {
  for (const [column, value] of [
    ['x', Number.NaN],
    ['y', -Infinity],
    ['x', 3e30],
  ] as const) {
    let caught = '';
    const world = openBodies((ctx) => {
      try {
        ctx.db.body.columns.edit([column], (columns: Context, start: number) => {
          columns[column][start] = value;
        });
      } catch (error) {
        caught = String(error);
      }
    });
    const before = world.run(({ db }) => [...db.body]);
    expect(world.call('work')).toBe(CALL_FAILED);
    expect(caught).toMatch(new RegExp(`STORE_COORDINATE: .*\\n.*table body, column ${column}`));
    expect(caught).toContain(String(Math.fround(value) === value || column === 'y' ? value : Math.fround(value)));
    expect(world.run(({ db }) => [...db.body])).toEqual(before);
  }
});

test('a bool that is neither 0 nor 1 is refused', () => {
  const world = openBodies((ctx) =>
    ctx.db.body.columns.edit(['isTired'], ({ isTired }: Context, start: number) => {
      isTired[start] = 2;
    }),
  );
  expect(world.call('work')).toBe(CALL_FAILED);
  expect(world.world.lastMessage).toContain('VALUE_TYPE: 2 is not a boolean');
});

test('columns of keys, indexes and other kinds cannot be written', () => {
  const world = openBodies();
  for (const names of [['id'], ['kind'], ['name'], [], 'x', null]) {
    expect(() => world.run(({ db }) => db.body.columns.edit(names, () => {}))).toThrow('STORE_BAD_COLUMN');
  }
  expect(() => world.run(({ db }) => db.tag.columns.edit(['weight'], () => {}))).toThrow('STORE_BAD_COLUMN');
  expect(() => world.run(({ db }) => db.body.columns.edit(['wieght'], () => {}))).toThrow('STORE_UNKNOWN_COLUMN');
});

test('while a function has the columns, its table is not written in another way; other tables are', () => {
  const world = openBodies();
  world.run(({ db }) => {
    const view = db.body.id.edit(3);
    db.body.columns.edit(['x'], () => {
      expect(() => db.body.insert(body(30))).toThrow('STORE_BUSY');
      expect(() => db.body.id.delete(3)).toThrow('STORE_BUSY');
      expect(() => (view.x = 4)).toThrow('STORE_BUSY');
      expect(() => db.body.columns.edit(['y'], () => {})).toThrow('STORE_BUSY');
      db.tag.insert({ weight: db.body.id.find(3).gold === 3n ? 1 : 2 });
    });
    view.x = 4;
  });
  expect(world.run(({ db }) => [db.body.id.find(3).x, db.tag.count()])).toEqual([4, 1n]);
});

test('columns die with the statement that gave them', () => {
  const world = openBodies();
  let kept: Context;
  world.run(({ db }) => {
    db.body.columns.read((columns: Context) => (kept = columns));
    expect(() => kept.x).toThrow('STORE_STALE_VIEW');
  });
  expect(() => kept.x).toThrow('STORE_STALE_VIEW');
});

test('a loop of views over many rows comes to the same as single writes, and lastWrites tells its rows', () => {
  const world = openWorld(plan, {
    work: (ctx) => {
      for (const view of ctx.db.body.edit()) if (view.id % 50 === 7) view.gold += 1n;
    },
  });
  world.run(({ db }) => db.body.insertMany(Array.from({ length: 300 }, (_, i) => body(i + 1))));
  expect(world.call('work')).toBe(CALL_COMMITTED);
  const { lastWrites, lastWriteCount } = world.world;
  const slots = [6, 56, 106, 156, 206, 256];
  expect([...lastWrites.subarray(0, 2 * lastWriteCount)]).toEqual(slots.flatMap((slot) => [0, slot]));
  const [change] = world.record!.tables;
  expect([...change!.slots.subarray(0, change!.count)]).toEqual(slots);
  const near = world.run(({ db }) => {
    const met: number[] = [];
    for (const view of db.body.edit()) {
      view.x += 1000;
      if (view.id === 40)
        met.push(...Array.from(db.body.within({ x: 1040, y: 80, radius: 0.5, space: 5 }), (r: Context) => r.id));
    }
    return met;
  });
  expect(near).toEqual([40]);
  expect(world.record!.tables[0]!.count).toBe(300);
});

test('loops of views that leave alone what others before them wrote change nothing, and may write it again at any time', () => {
  const world = openWorld(plan);
  world.run(({ db }) => db.body.insertMany(Array.from({ length: 80 }, (_, i) => body(i + 1))));
  const grow = (ids: (id: number) => boolean) =>
    world.run(({ db }) => {
      for (const view of db.body.edit()) if (ids(view.id)) view.gold += 1n;
    });
  const changedSlots = (): number[] =>
    world.record!.tables.flatMap(({ slots, count }) => Array.from(slots.subarray(0, count)));
  let gold = world.run(({ db }) => [...db.body].map((row: Context) => row.gold as bigint));
  for (let round = 0; round < 200; round++) {
    // Each, then none for longer than such a loop is remembered, then few, then all with an error at the end.
    const ids = (id: number): boolean => (round < 3 ? true : round < 100 ? false : id === round - 99);
    const fails = round % 40 === 39;
    if (fails) {
      expect(() =>
        world.run(({ db }) => {
          for (const view of db.body.edit()) view.gold = 0n;
          throw new Error('undone');
        }),
      ).toThrow('undone');
    } else {
      grow(ids);
      gold = gold.map((value, i) => (ids(i + 1) ? value + 1n : value));
    }
    const expected = fails ? [] : gold.flatMap((_, slot) => (ids(slot + 1) ? [slot] : []));
    expect(changedSlots()).toEqual(expected);
    expect(world.run(({ db }) => [...db.body].map((row: Context) => row.gold))).toEqual(gold);
  }
});

test('insertMany inserts all rows, or none', () => {
  const world = openWorld(plan, { work: () => {} });
  world.run(({ db }) => {
    expect(db.body.insertMany([body(3), body(4)])).toBe(2);
    expect(() => db.body.insertMany([body(5), body(6), body(3)])).toThrow('STORE_UNIQUE_VIOLATION');
    expect(() => db.body.insertMany([body(5), { ...body(6), kind: 300 }])).toThrow('VALUE_RANGE');
    expect(db.body.count()).toBe(2n);
    expect(db.tag.insertMany([{ weight: 1.5 }, { weight: 2.5 }, { weight: 1.5 }])).toBe(2);
  });
  expect(world.record!.tables.map(({ position, count }) => [position, count])).toEqual([
    [0, 2],
    [1, 2],
  ]);
});
