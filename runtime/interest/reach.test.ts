import { expect, test } from 'vitest';
import { Places } from './places.ts';
import { fitsReach, Reach, REACH_CELLS_MAX } from './reach.ts';
import { FakeTable } from './testing/fake-table.ts';
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
  const { held, at } = makeReach(5);
  at(0, 6, 18); // The middle of cell 0,1: rows of its neighbours are at least 6 m - 12 m / 16 away.
  expect([...held]).toEqual(['0,0,1']);
  at(0, 11, 18);
  expect(held.has('0,1,1')).toBe(true);
  at(0, 20, 18);
  expect(held.has('0,0,1')).toBe(true); // 8 m away less the sixteenth: beyond 5 m, within 17 m.
  at(0, 34, 18);
  expect(held.has('0,0,1')).toBe(false);
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
