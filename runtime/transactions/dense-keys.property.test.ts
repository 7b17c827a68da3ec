import { array, assert, boolean, constantFrom, nat, oneof, property, record } from 'fast-check';
import { expect, test } from 'vitest';
import { runsOf } from '../../test/support/runs-of.ts';
import { makePlan } from './testing/make-plan.ts';
import { openWorld } from './testing/open-world.ts';

interface Guest {
  readonly id: number;
  readonly seat: number;
  readonly rank: number;
  readonly coins: bigint;
}

const plan = makePlan(
  [
    {
      name: 'guest',
      columns: { id: { kind: 'u32' }, seat: { kind: 'u32' }, rank: { kind: 'u8' }, coins: { kind: 'i64' } },
      key: ['id'],
      indexes: [
        { accessor: 'seat', algorithm: 'hash', columns: ['seat'], isUnique: true },
        { accessor: 'rank', algorithm: 'btree', columns: ['rank'] },
      ],
    },
  ],
  { reducers: [{ name: 'run' }] },
);

const IDS = 24;
const SEATS = 40;
const insertion = record({
  kind: constantFrom('insert' as const),
  from: nat(IDS - 1),
  count: nat(9),
  stride: constantFrom(1, 1, 1, 3),
  seatLess: nat(5),
});
const action = oneof(
  insertion,
  record({ kind: constantFrom('delete' as const), from: nat(IDS - 1), count: nat(IDS) }),
  record({ kind: constantFrom('reseat' as const), id: nat(IDS - 1), seat: nat(SEATS - 1), coins: nat(3) }),
);
const transaction = record({ actions: array(action, { maxLength: 4 }), isKept: boolean() });

test('keys that follow one another, and those that do not, are found alike, whatever came, went or was undone', () => {
  assert(
    property(array(transaction, { minLength: 1, maxLength: 12 }), (transactions) => {
      const world = openWorld(plan);
      let model = new Map<number, Guest>();
      for (const { actions, isKept } of transactions) {
        const next = new Map(model);
        const run = (): void =>
          // oxlint-disable-next-line typescript/no-explicit-any
          world.run(({ db }: any) => {
            for (const each of actions) {
              if (each.kind === 'insert') {
                for (let i = 0; i < each.count; i++) {
                  const id = each.from + i * each.stride;
                  const seat = id + each.seatLess;
                  const guest = { id, seat, rank: id % 3, coins: BigInt(i) };
                  if (next.has(id) || [...next.values()].some((other) => other.seat === seat)) continue;
                  expect(db.guest.insert(guest)).toEqual(guest);
                  next.set(id, guest);
                }
              } else if (each.kind === 'delete') {
                for (let id = each.from; id < each.from + each.count; id++) {
                  expect(db.guest.id.delete(id)).toBe(next.delete(id));
                }
              } else {
                const guest = next.get(each.id);
                if (guest === undefined) continue;
                const isTaken = [...next.values()].some((other) => other !== guest && other.seat === each.seat);
                const seat = isTaken ? guest.seat : each.seat;
                const changed = { ...guest, seat, coins: BigInt(each.coins) };
                expect(db.guest.id.update(changed)).toEqual(changed);
                next.set(each.id, changed);
              }
              expectSame(db.guest, next);
            }
            if (!isKept) throw new Error('undone');
          });
        if (isKept) run();
        else expect(run).toThrow('undone');
        if (isKept) model = next;
        // oxlint-disable-next-line typescript/no-explicit-any
        world.run(({ db }: any) => expectSame(db.guest, model));
      }
    }),
    { numRuns: runsOf(40) },
  );
});

test('-0 finds, changes and deletes the row of 0', () => {
  const world = openWorld(plan);
  const guest: Guest = { id: 0, seat: 0, rank: 1, coins: 5n };
  // oxlint-disable-next-line typescript/no-explicit-any
  world.run(({ db }: any) => {
    db.guest.insert(guest);
    expect(db.guest.id.find(-0)).toEqual(guest);
    db.guest.id.edit(-0).coins = 6n;
    expect(db.guest.id.update({ ...guest, id: -0, coins: 7n }).coins).toBe(7n);
    expect(db.guest.seat.find(-0)).toEqual({ ...guest, coins: 7n });
    expect(db.guest.id.delete(-0)).toBe(true);
    expect(db.guest.count()).toBe(0n);
  });
});

// oxlint-disable-next-line typescript/no-explicit-any
function expectSame(table: any, model: ReadonlyMap<number, Guest>): void {
  const all = [...model.values()];
  for (let id = 0; id < IDS + 30; id++) expect(table.id.find(id)).toEqual(model.get(id) ?? null);
  for (let seat = 0; seat < SEATS + 20; seat++) {
    expect(table.seat.find(seat)).toEqual(all.find((guest) => guest.seat === seat) ?? null);
  }
  for (const rank of [0, 1, 2]) {
    const found: Guest[] = Array.from(table.rank.filter(rank));
    expect(found.toSorted((a, b) => a.id - b.id)).toEqual(
      all.filter((guest) => guest.rank === rank).toSorted((a, b) => a.id - b.id),
    );
  }
}
