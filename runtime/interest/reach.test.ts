import { Prng } from '@tickbase/base';
import { expect, test } from 'vitest';
import { Places } from './places.ts';
import { fitsReach, Reach, REACH_CELLS_MAX } from './reach.ts';
import { FakeTable } from './testing/fake-table.ts';
import { NaiveArea } from './testing/naive-area.ts';
import { walkPlan } from './testing/walk-plan.ts';

const CELL_M = 12;

function makeReach(radiusM: number): { reach: Reach; held: Set<string>; at: (...centres: number[]) => void } {
  const table = new FakeTable(
    walkPlan(50).tables.find(({ name }) => name === 'body')!,
    2,
  );
  const places = new Places(table, CELL_M);
  const reach = new Reach(places, radiusM);
  const held = new Set<string>();
  const textOf = (place: number): string => Object.values(places.spots[place]!).join();
  const at = (...centres: number[]): void =>
    reach.update(
      Float64Array.from(centres),
      centres.length / 3,
      (place) => held.add(textOf(place)),
      (place) => held.delete(textOf(place)),
    );
  return { reach, held, at };
}

test('a cell is taken when it may hold a row within the radius, and dropped a ring later', () => {
  const { held, at } = makeReach(3);
  at(0, 6, 18); // The middle of cell 0,1: rows of its neighbours are at least 6 m - 12 m / 16 away.
  expect([...held]).toEqual(['0,0,1']);
  at(0, 8.2, 18);
  expect([...held]).toEqual(['0,0,1']);
  at(0, 8.3, 18);
  expect(held.has('0,1,1')).toBe(true);
  at(0, 27.7, 18);
  expect(held.has('0,0,1')).toBe(true); // 15.7 m away less the sixteenth: beyond 3 m, within 15 m.
  at(0, 34, 18);
  expect(held.has('0,0,1')).toBe(false);
});

test('with a cell that has to be taken come those an eighth of a cell farther, and go those beyond a ring', () => {
  const { held, at } = makeReach(5);
  at(0, 6, 18); // All neighbours are 5.25 m away, those at the corners 7.4 m.
  expect([...held].sort()).toEqual(['0,-1,1', '0,0,0', '0,0,1', '0,0,2', '0,1,1']);
  at(0, 15, 18.5); // Of column -1 rows are 14.25 m away. Column 2, 8.25 m away, is not due.
  expect(held.has('0,2,1')).toBe(false);
  at(0, 18.2, 18); // Nothing is due yet: column 2 is 5.05 m away, column -1 17.45 m, which is kept to 18.5 m without a step.
  expect(held.has('0,2,1')).toBe(false);
  expect(held.has('0,-1,1')).toBe(true);
  at(0, 18.3, 18);
  expect(held.has('0,2,1')).toBe(true);
  expect(held.has('0,-1,1')).toBe(false);
  expect(held.has('0,0,1')).toBe(true);
});

test('over any walk the cells are those of an area that looks at all of them in each step', () => {
  const prng = new Prng(18);
  for (const radiusM of [0, 5, 17.9, 36]) {
    const { held, at } = makeReach(radiusM);
    const naive = new NaiveArea(CELL_M, radiusM);
    const centres: [number, number, number][] = [
      [0, 3, 4],
      [0, 60, 4],
    ];
    for (let step = 0; step < 150; step++) {
      for (const centre of centres) {
        const strideM = prng.int(0, 30) === 0 ? 70 : 0.5;
        if (prng.int(0, 99) === 0) centre[0] = prng.int(0, 1);
        centre[1] += (prng.float() - 0.45) * strideM;
        centre[2] += (prng.float() - 0.55) * strideM;
      }
      at(...centres.flat());
      naive.update(centres);
      expect([...held].sort()).toEqual([...naive.held].sort());
    }
  }
});

test('another space drops all at once', () => {
  const { held, at } = makeReach(5);
  at(0, 6, 18);
  at(7, 6, 18);
  expect([...held].every((cell) => cell.startsWith('7,'))).toBe(true);
  expect(held.size).toBeGreaterThan(0);
});

test('a cell that two centres hold stays until both are gone, and no centre holds nothing', () => {
  const { held, at } = makeReach(5);
  at(0, 6, 18, 0, 9, 18);
  at(0, 300, 18, 0, 9, 18);
  expect(held.has('0,0,1')).toBe(true);
  at(0, 300, 18);
  expect(held.has('0,0,1')).toBe(false);
  at();
  expect(held.size).toBe(0);
});

test('a radius of more cells than one viewer may hold does not fit', () => {
  expect(fitsReach(CELL_M * (REACH_CELLS_MAX - 2), CELL_M)).toBe(true);
  expect(fitsReach(CELL_M * (REACH_CELLS_MAX - 1), CELL_M)).toBe(false);
});
