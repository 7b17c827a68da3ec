import { expect, test } from 'vitest';
import { CellGrid, NO_CELL } from './cell-grid.ts';

test('cells get dense ids at first use, keep them, and tell space and place on both sides of the origin', () => {
  const grid = new CellGrid(5, 3000);
  const ids = new Map<string, number>();
  for (let slot = 0; slot < 2500; slot++) {
    const x = ((slot * 37) % 211) - 90.5;
    const y = ((slot * 61) % 157) - 70.25;
    const space = slot % 3;
    const cell = grid.cellAt(NO_CELL, space, x, y);
    grid.place(slot, cell);
    const name = `${space} ${Math.floor(x / 5)} ${Math.floor(y / 5)}`;
    expect(ids.get(name) ?? cell).toBe(cell);
    ids.set(name, cell);
    expect([grid.cellSpace[cell], grid.cellX[cell], grid.cellY[cell]].join(' ')).toBe(name);
  }
  expect(grid.cellCount).toBe(ids.size);
  expect(ids.size).toBeGreaterThan(1000);
  for (const [name, cell] of ids) {
    const [space, x, y] = name.split(' ').map(Number);
    expect(grid.findCell(space!, x!, y!)).toBe(cell);
  }
  const before = [...ids.values()].map((cell) => grid.slotsInCell(cell));
  expect(before.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 2500 }, (_, slot) => slot));
  grid.rebuild(2500);
  expect([...ids.values()].map((cell) => grid.slotsInCell(cell))).toEqual(before);
});

test('coordinates without a cell number are out of reach', () => {
  const grid = new CellGrid(0.5, 8);
  expect([-1e9, 1e9, 1.1e9, -1e30, Number.NaN].map((x) => grid.isInReach(x))).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});
