import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { fuzzStore } from './testing/fuzz-store.ts';
import { makePlan } from './testing/make-plan.ts';
import { openWorld } from './testing/open-world.ts';

test('100 000 random transactions agree with a naive model', { timeout: 600_000 }, () => {
  let transactions = 0;
  for (let seed = 2026; transactions < 100_000; seed++) {
    transactions += fuzzStore({ seed, cases: 20, isBrief: true }).transactions;
  }
  expect(transactions).toBeGreaterThanOrEqual(100_000);
});

const plan = makePlan(
  [
    {
      name: 'grain',
      columns: {
        id: { kind: 'u32' },
        heap: { kind: 'u16' },
        x: { kind: 'f32' },
        y: { kind: 'f32' },
        mark: { kind: 'string' },
      },
      key: ['id'],
      indexes: [
        { accessor: 'heap', algorithm: 'btree', columns: ['heap'] },
        { accessor: 'mark', algorithm: 'hash', columns: ['mark'] },
      ],
      spatial: { x: 'x', y: 'y', cell: 8 },
    },
  ],
  { reducers: [{ name: 'run' }] },
);
const ROWS = 5000;

test('memory stands still over growth, change, deletion and reuse of rows', { timeout: 300_000 }, () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const heldMb = (): number => {
    collect();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return (heapUsed + arrayBuffers) / 1e6;
  };
  const world = openWorld(plan);
  const cycle = (turn: number): void => {
    const grain = (id: number): object => ({
      id,
      heap: id % 300,
      x: id % 97,
      y: turn,
      mark: `mark ${id % 1000} of ${turn}`,
    });
    world.run(({ db }) => db.grain.insertMany(Array.from({ length: ROWS }, (_, i) => grain(turn * ROWS + i))));
    world.run(({ db }) => {
      for (const view of db.grain.edit()) view.x += 3;
      for (const view of db.grain.heap.edit(7)) view.mark = 'moved';
    });
    expect(() =>
      world.run(({ db }) => {
        db.grain.clear();
        throw new Error('undone');
      }),
    ).toThrow('undone');
    world.run(({ db }) => db.grain.clear());
    for (let rest = 0; rest < 3; rest++) world.run(() => {});
  };
  for (let turn = 0; turn < 20; turn++) cycle(turn);
  const before = heldMb();
  for (let turn = 20; turn < 120; turn++) cycle(turn);
  const grown = heldMb() - before;
  expect(world.world.tables[0]!.rowCapacity).toBeLessThan(8 * ROWS);
  expect(grown).toBeLessThan(2);
});
