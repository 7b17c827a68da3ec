import { expect, test } from 'vitest';
import { applyRecord, createTables, digestTables, type Table, UndoLog } from '../store/index.ts';
import { makePlan } from './testing/make-plan.ts';
import { openWorld } from './testing/open-world.ts';

const wide = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`w${i}`, { kind: 'u16' } as const]));
const plan = makePlan(
  [
    {
      name: 'ore',
      columns: { id: { kind: 'u32' }, vein: { kind: 'u8' }, name: { kind: 'string' }, ...wide },
      key: ['id'],
      indexes: [
        { accessor: 'vein', algorithm: 'hash', columns: ['vein'] },
        { accessor: 'name', algorithm: 'btree', columns: ['name', 'vein'] },
      ],
    },
  ],
  { reducers: [{ name: 'run' }] },
);
const ROWS = 5300;

test('tables of thousands of rows keep their indexes and replay to the same digest', () => {
  const world = openWorld(plan);
  const replica = createTables(plan, new UndoLog(), 3);
  // oxlint-disable-next-line typescript/no-explicit-any
  const step = (work: (ore: any) => void): void => {
    world.run(({ db }) => work(db.ore));
    applyRecord(replica, world.record!.logged());
  };
  const zeros = Object.fromEntries(Object.keys(wide).map((name) => [name, 0]));
  step((ore) => {
    for (let id = 1; id <= ROWS; id++) ore.insert({ id: id * 3, vein: id % 7, name: `n${id % 19}`, ...zeros });
  });
  step((ore) => {
    for (const row of ore.vein.edit(3)) row.w37 += 9;
    for (const row of ore.name.edit(['n4'])) row.w2 = row.vein;
  });
  step((ore) => {
    expect(ore.vein.delete(5)).toBe(Math.floor((ROWS + 2) / 7));
    for (const row of ore) if (row.id % 2 === 0) ore.id.delete(row.id);
  });
  step((ore) => {
    for (let id = 1; id <= 900; id++) ore.insert({ id: id * 3 + 1, vein: 200, name: 'late', ...zeros });
    expect(ore.vein.filter(200).next().value.id).toBe(4);
  });
  expect(() =>
    step((ore) => {
      ore.clear();
      for (let id = 1; id <= 2000; id++) ore.insert({ id: id * 5, vein: 1, name: 'x', ...zeros });
      throw new Error('undone');
    }),
  ).toThrow('undone');
  for (const table of replica) table.settle();
  const tables = world.world.tables as readonly Table[];
  expect(digestTables(replica)).toBe(digestTables(tables));
  const [ore] = tables;
  const [copy] = replica;
  expect(copy!.liveCount).toBe(ore!.liveCount);
  for (const vein of [0, 3, 5, 200]) expect(copy!.slotsByIndex(1, [vein])).toEqual(ore!.slotsByIndex(1, [vein]));
  for (const name of ['n4', 'n18', 'late', 'x'])
    expect(copy!.slotsByIndex(2, [name])).toEqual(ore!.slotsByIndex(2, [name]));
});

test('update changes columns of more than one word of a mask, and is undone in all of them', () => {
  const world = openWorld(plan);
  const zeros = Object.fromEntries(Object.keys(wide).map((name) => [name, 0]));
  const ore = { id: 5, vein: 2, name: 'tin', ...zeros };
  world.run(({ db }) => db.ore.insert(ore));
  const changed = { ...ore, w0: 7, w28: 8, w29: 9, w39: 65_535 };
  expect(() =>
    world.run(({ db }) => {
      expect(db.ore.id.update(changed)).toEqual(changed);
      throw new Error('undone');
    }),
  ).toThrow('undone');
  expect(world.run(({ db }) => db.ore.id.find(5))).toEqual(ore);
  world.run(({ db }) => db.ore.id.update(changed));
  const [change] = world.record!.tables;
  // Columns 3 (w0), 31 and 32 (w28, w29), 42 (w39).
  expect([...change!.masks.subarray(0, 2)]).toEqual([(2 ** 31 + 2 ** 3) >>> 0, 1 + 2 ** 10]);
  expect(world.run(({ db }) => db.ore.id.find(5))).toEqual(changed);
});
