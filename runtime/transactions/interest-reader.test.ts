import { expect, test } from 'vitest';
import { INTEREST_CENTRES, INTEREST_FAILED } from '../store/index.ts';
import { makePlan } from './testing/make-plan.ts';
import { openWorld } from './testing/open-world.ts';

const plan = makePlan(
  [
    { name: 'purse', columns: { id: { kind: 'u32' }, gold: { kind: 'i64' }, spot: { kind: 'u16' } }, key: ['id'] },
    {
      name: 'spot',
      columns: { id: { kind: 'u16' }, east: { kind: 'f64' }, north: { kind: 'f64' }, cave: { kind: 'u8' } },
      key: ['id'],
      spatial: { x: 'east', y: 'north', space: 'cave', cell: 16 },
    },
  ],
  { tickRate: 20, reducers: [{ name: 'run' }], hasInterest: true },
);

const PURSE = 0;
const SPOT = 1;

interface Answer {
  readonly outcome: number;
  /** Space, x, y of each centre, and the row that it moves with. */
  readonly centres: number[][];
  /** Table position, slot, and the columns that were looked at. */
  readonly reads: number[][];
}

// oxlint-disable-next-line typescript/no-explicit-any
function ask(centre: (ctx: any) => unknown): Answer {
  const { world, caller, run } = openWorld(plan, {}, centre);
  run(({ db }) => {
    db.purse.insert({ id: 3, gold: 20n, spot: 8 });
    db.spot.insert({ id: 7, east: 12.5, north: -3, cave: 4 });
    db.spot.insert({ id: 8, east: 1, north: 2, cave: 0 });
  });
  const outcome = world.interestOf(caller);
  const count = outcome === INTEREST_CENTRES ? world.centreCount : 0;
  return {
    outcome,
    centres: Array.from({ length: count }, (_, i) => [
      ...world.centres.subarray(3 * i, 3 * i + 3),
      ...world.centreRows.subarray(2 * i, 2 * i + 2),
    ]),
    reads: Array.from({ length: world.readCount }, (_, i) => [
      ...world.reads.subarray(2 * i, 2 * i + 2),
      world.readColumns[i]!,
    ]),
  };
}

test('a row that is returned as it stands moves with the row, and only its key counts as looked at', () => {
  const answer = ask((ctx) => ctx.db.spot.id.find(ctx.db.purse.id.find(3).spot));
  expect(answer.centres).toEqual([[0, 1, 2, SPOT, 1]]);
  expect(answer.reads).toEqual([
    [PURSE, 0, 0b101],
    [SPOT, 1, 0b1],
  ]);
});

test('a place that was worked out stays where it is, and the columns that it came from count', () => {
  const answer = ask((ctx) => {
    const { east, north } = ctx.db.spot.id.find(7);
    return { x: east + 1, y: north, space: 2 };
  });
  expect(answer.centres).toEqual([[2, 13.5, -3, -1, -1]]);
  expect(answer.reads).toEqual([[SPOT, 0, 0b111]]);
});

test('a row that was changed before it is returned does not stand for the row, and all of it counts', () => {
  const answer = ask((ctx) => Object.assign(ctx.db.spot.id.find(7), { east: 40 }));
  expect(answer.centres).toEqual([[4, 40, -3, -1, -1]]);
  expect(answer.reads).toEqual([[SPOT, 0, 0xffff_ffff]]);
});

test('however a row is looked at, the columns count; and it is like a plain object', () => {
  const seen: unknown[] = [];
  const answer = ask((ctx) => {
    const row = ctx.db.spot.id.find(7);
    seen.push(Object.keys(row), 'east' in row, 'west' in row, row.west, String(row));
    seen.push({ ...ctx.db.spot.id.find(8) }, JSON.stringify(ctx.db.purse.id.find(3), ['id', 'spot']));
    return null;
  });
  expect(seen).toEqual([
    ['id', 'east', 'north', 'cave'],
    true,
    false,
    undefined,
    '[object Object]',
    { id: 8, east: 1, north: 2, cave: 0 },
    '{"id":3,"spot":8}',
  ]);
  expect(answer.reads).toEqual([
    [SPOT, 0, 0b1111], // its keys were listed
    [SPOT, 1, 0b1111],
    [PURSE, 0, 0b101],
  ]);
});

test('rows of one table and of none: each centre has its own', () => {
  const answer = ask((ctx) => [ctx.db.spot.id.find(8), { x: 5, y: 6 }, ctx.db.spot.id.find(7)]);
  expect(answer.centres).toEqual([
    [0, 1, 2, SPOT, 1],
    [0, 5, 6, -1, -1],
    [4, 12.5, -3, SPOT, 0],
  ]);
  expect(ask((ctx) => ctx.db.purse.id.find(3)).outcome).toBe(INTEREST_FAILED);
});
