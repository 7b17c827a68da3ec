import type { Watch, WireTable } from '@tickbase/protocol';
import { expect, test } from 'vitest';
import { makeTableHandle } from '../api/make-table-handle.ts';
import type { RemoteTable } from '../api/table-handle.ts';
import { TableListeners } from '../api/table-listeners.ts';
import { bindSchema } from '../module/bind-schema.ts';
import { ClientCache } from './client-cache.ts';
import type { CachedTable } from './cached-table.ts';

const COLUMNS = [
  { name: 'depth', accessor: 'depth', type: { kind: 'u16' } },
  { name: 'east', accessor: 'east', type: { kind: 'f32' } },
  { name: 'north', accessor: 'north', type: { kind: 'f32' } },
] as const;
const FISH_ID = 17;
const WHALE_ID = 29;

/** Two spatial tables with cells of 24 and of 80 metres, the second without spaces. */
const POND = {
  tables: (['fish', 'whale'] as const).map((name) => ({
    name,
    accessor: name,
    isEvent: false,
    columns: COLUMNS,
    primaryKey: null,
    indexes: [],
  })),
  reducers: [],
};
const SCHEMA = {
  tables: [wireTable(FISH_ID, 'fish', 0, 24), wireTable(WHALE_ID, 'whale', null, 80)],
  reducers: [],
};

function wireTable(id: number, name: string, space: number | null, cell: number): WireTable {
  const columns = COLUMNS.map((column, at) => ({ id: at + 4, name: column.name, type: column.type, quantize: null }));
  return {
    id,
    name,
    isEvent: false,
    columns,
    primaryKey: null,
    spatial: { kind: 'position', x: 1, y: 2, space, cell },
  };
}

function pond(): {
  cache: ClientCache;
  fish: RemoteTable<unknown, unknown>;
  whale: RemoteTable<unknown, unknown>;
  section: (watches: readonly Watch[], unwatches?: readonly number[]) => void;
} {
  const cache = new ClientCache(POND.tables);
  const bound = bindSchema(POND, SCHEMA);
  cache.beginSession(bound);
  let tick = 40;
  const handle = (name: string): RemoteTable<unknown, unknown> => {
    const table = cache.tables.get(name) as CachedTable;
    return makeTableHandle(table, new TableListeners(), () => cache.cellsOf(table)) as RemoteTable<unknown, unknown>;
  };
  return {
    cache,
    fish: handle('fish'),
    whale: handle('whale'),
    section: (watches, unwatches = []) => {
      cache.beginSection(++tick, false);
      for (const watch of watches) cache.watch(watch);
      cache.endPieces();
      for (const handle of unwatches) cache.unwatch(handle);
      cache.endSection();
    },
  };
}

function cell(handle: number, tableId: number, space: number, cellX: number, cellY: number): Watch {
  return { handle, tableId, partitioning: tableId, cell: { space, cellX, cellY }, isExact: false };
}

test('a table tells the cells that are watched of it, with their edge, and not those of another table', () => {
  const { fish, whale, section } = pond();
  expect(fish.cells()).toEqual([]);
  section([cell(11, FISH_ID, 3, 5, -2), cell(12, FISH_ID, 3, 6, -2), cell(13, WHALE_ID, 0, 1, 4)]);
  expect(fish.cells()).toEqual([
    { space: 3, cellX: 5, cellY: -2, edge: 24, tick: 41 },
    { space: 3, cellX: 6, cellY: -2, edge: 24, tick: 41 },
  ]);
  expect(whale.cells()).toEqual([{ space: 0, cellX: 1, cellY: 4, edge: 80, tick: 41 }]);
});

test('a cell that is watched no more, or described anew, is told of as the last section left it', () => {
  const { fish, section } = pond();
  section([cell(11, FISH_ID, 3, 5, -2), cell(12, FISH_ID, 3, 6, -2)]);
  section([cell(12, FISH_ID, 3, 7, 9)], [11]);
  expect(fish.cells()).toEqual([{ space: 3, cellX: 7, cellY: 9, edge: 24, tick: 42 }]);
});

test('the parts of a large cell are one cell, and a partition that is none is not told of', () => {
  const { fish, section } = pond();
  section([
    cell(11, FISH_ID, 3, 5, -2),
    cell(12, FISH_ID, 3, 5, -2),
    { handle: 13, tableId: FISH_ID, partitioning: 4, cell: null, isExact: true },
  ]);
  expect(fish.cells()).toEqual([{ space: 3, cellX: 5, cellY: -2, edge: 24, tick: 41 }]);
});

test('a session without a past watches nothing', () => {
  const { cache, fish, section } = pond();
  section([cell(11, FISH_ID, 3, 5, -2)]);
  cache.beginSession(bindSchema(POND, SCHEMA));
  expect(fish.cells()).toEqual([]);
});

test('a cell has the tick in which it was told of last, and of several parts that of the oldest', () => {
  const { cache, fish, section } = pond();
  section([cell(11, FISH_ID, 3, 5, -2)]);
  section([cell(12, FISH_ID, 3, 5, -2), cell(14, FISH_ID, 3, 6, -2)]);
  expect(fish.cells().map(({ cellX, tick }) => [cellX, tick])).toEqual([
    [5, 41],
    [6, 42],
  ]);
  cache.beginSection(47, false);
  cache.piece(cache.partition(11)!, 0, () => {});
  cache.endPieces();
  cache.endSection();
  expect(fish.cells().map(({ cellX, tick }) => [cellX, tick])).toEqual([
    [5, 42],
    [6, 42],
  ]);
});
