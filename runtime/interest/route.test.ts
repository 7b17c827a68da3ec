import { Prng } from '@tickbase/base';
import { expect, test } from 'vitest';
import type { Page } from './page.ts';
import { rankOf } from './rank-of.ts';
import { Route } from './route.ts';
import type { Viewer } from './viewer.ts';
import type { Watching } from './watching.ts';

const CELL_M = 12;
const pageOf = (number: number): Page => ({ number }) as unknown as Page;

/** A watching of a cell, or of a whole table, with some pages. */
function watchingOf(isStreamed: boolean, cell: [cellX: number, cellY: number] | null, pages: Page[] = []): Watching {
  const spots = cell === null ? [] : [{ space: 3, cellX: cell[0], cellY: cell[1] }];
  const tracker = { isStreamed, places: { cellM: CELL_M, spots } };
  const partition = { partitioning: { tracker }, place: cell === null ? -1 : 0, pages, events: null };
  return { partition, rank: 0, wantedCount: 1 } as unknown as Watching;
}

const viewerAt = (x: number, y: number): Viewer =>
  ({ centres: Float64Array.of(3, x, y), centreCount: 1 }) as unknown as Viewer;

const numbersOf = (route: Route): number[] => [...route.numbers.subarray(0, route.count)];

test('exact tables come before streamed ones, and near cells before far ones', () => {
  const viewer = viewerAt(14, -7);
  const far = watchingOf(true, [5, 0]);
  const near = watchingOf(true, [1, -1]);
  const exact = watchingOf(false, [9, 9]);
  const whole = watchingOf(false, null);
  const ordered = [far, near, exact, whole].sort((a, b) => rankOf(viewer, a) - rankOf(viewer, b));
  expect(ordered).toEqual([whole, exact, near, far]);
});

test('a route leads through all pages of wanted watchings', () => {
  const route = new Route();
  const unwanted = watchingOf(true, [0, 0], [pageOf(5)]);
  unwanted.wantedCount = 0;
  route.lay([watchingOf(true, [0, 0], [pageOf(7), pageOf(2)]), unwanted, watchingOf(true, [1, 0], [pageOf(9)])]);
  expect(numbersOf(route)).toEqual([7, 2, 9]);
  expect([2, 5].map((number) => route.hasPage(pageOf(number)))).toEqual([true, false]);
});

test('over any comings and goings each page is there once, in the order of its rank', () => {
  const prng = new Prng(71);
  const route = new Route();
  let naive: { number: number; rank: number }[] = [];
  let nextNumber = 0;
  for (let step = 0; step < 300; step++) {
    const isGone = new Uint8Array(nextNumber);
    for (const { number } of naive) if (prng.int(0, 9) === 0) isGone[number] = 1;
    route.dropPages(isGone);
    naive = naive.filter(({ number }) => isGone[number] === 0);

    const coming = Array.from({ length: step % 50 === 0 ? 60 : prng.int(0, 4) }, () => ({
      number: nextNumber++,
      rank: prng.int(0, 40),
    })).sort((a, b) => a.rank - b.rank);
    const other = new Route();
    for (const { number, rank } of coming) other.addPage(pageOf(number), rank);
    route.merge(other);
    naive = [...naive, ...coming].sort((a, b) => a.rank - b.rank);
    expect(numbersOf(route)).toEqual(naive.map(({ number }) => number));
  }
  expect(nextNumber).toBeGreaterThan(800);
});

test('an event partition that ends is looked at no longer', () => {
  const route = new Route();
  const [first, second] = [watchingOf(true, [0, 0]), watchingOf(true, [1, 0])];
  const other = new Route();
  other.events.push(first, second);
  route.merge(other);
  route.dropEvents(first);
  route.dropEvents(first);
  expect(route.events).toEqual([second]);
});
