import { expect, test } from 'vitest';
import { receivedCells } from './received-cells.ts';

test('a cell that is watched of two tables is told once, and those of another space are others', () => {
  const west = { space: 0, cellX: 7, cellY: 5, edge: 16, tick: 9 };
  const east = { space: 0, cellX: 8, cellY: 5, edge: 16, tick: 9 };
  const below = { space: 1, cellX: 7, cellY: 5, edge: 16, tick: 9 };
  const bodies = { cells: () => [west, below] };
  const resources = { cells: () => [{ ...west }, east] };
  expect(receivedCells([bodies, resources])).toEqual([west, below, east]);
});
