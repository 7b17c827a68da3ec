import { Prng } from '@tickbase/base';
import { expect, test } from 'vitest';
import type { Page } from './page.ts';
import { rankWatching, ringOfRank } from './rank-of.ts';
import { RateTiers, RING_ALWAYS, RING_NEAR, RINGS_MAX } from './rate-tiers.ts';
import { Route } from './route.ts';
import type { Viewer } from './viewer.ts';
import { Watching } from './watching.ts';

const CELL_M = 12;
const TIERS = new RateTiers({
  radiusMax: 90,
  tiers: [
    { beyond: 20, everyTicks: 2 },
    { beyond: 40, everyTicks: 8 },
  ],
  bytesPerSecond: 9_000,
  rowsMax: null,
});
const pageOf = (number: number): Page => ({ number }) as unknown as Page;
const viewerAt = (x: number, y: number): Viewer =>
  ({ centres: Float64Array.of(3, x, y), centreCount: 1 }) as unknown as Viewer;

/** A watching of a cell, or of a whole table, ranked. */
function watchingOf(viewer: Viewer, isStreamed: boolean, cell: [cellX: number, cellY: number] | null): Watching {
  const spots = cell === null ? [] : [{ space: 3, cellX: cell[0], cellY: cell[1] }];
  const tracker = { isStreamed, plan: { isEvent: false }, places: { cellM: CELL_M, spots } };
  const ringCounts = new Uint32Array(RINGS_MAX);
  const partition = { partitioning: { tracker }, place: cell === null ? -1 : 0, ringCounts, events: null };
  const watching = new Watching(viewer, partition as never, 0);
  rankWatching(viewer, watching, TIERS);
  return watching;
}

const numbersOf = (route: Route): number[] => [...route.numbers.subarray(0, route.count)];

test('exact tables come before streamed ones, rings one after another, and near cells before far ones', () => {
  const viewer = viewerAt(14, -7);
  const farthest = watchingOf(viewer, true, [5, 0]);
  const far = watchingOf(viewer, true, [4, 0]);
  const near = watchingOf(viewer, true, [1, -1]);
  const exact = watchingOf(viewer, false, [9, 9]);
  const whole = watchingOf(viewer, false, null);
  const streamedWhole = watchingOf(viewer, true, null);
  const ordered = [farthest, near, streamedWhole, far, exact, whole].sort((a, b) => a.rank - b.rank);
  expect(ordered).toEqual([whole, exact, streamedWhole, near, far, farthest]);
  const rings = [RING_ALWAYS, RING_ALWAYS, RING_ALWAYS, RING_NEAR, RING_NEAR + 1, RING_NEAR + 2];
  expect(ordered.map(({ rank }) => ringOfRank(rank))).toEqual(rings);
});

test('a cell goes over to a slower ring a quarter of a cell late, and back at once', () => {
  const viewer = viewerAt(14, -7);
  const watching = watchingOf(viewer, true, [2, -1]); // from 24 m on
  const ringAt = (x: number): number => {
    viewer.centres[1] = x;
    rankWatching(viewer, watching, TIERS);
    return watching.ring;
  };
  expect([3.9, 1.1, 0.9, 3.9, 4.1].map(ringAt)).toEqual([1, 1, 2, 2, 1]);
  expect([...watching.partition.ringCounts]).toEqual([0, 1, 0, 0, 0, 0, 0]);
});

test('the cells of a centre are its own, and those at whose rim it stands', () => {
  const viewer = viewerAt(11.5, -7);
  const isOwn = [0, 1, 2].map((cellX) => watchingOf(viewer, true, [cellX, -1]).isOwn);
  expect(isOwn).toEqual([true, true, false]);
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
    for (const { number, rank } of coming) other.addPage(pageOf(number), rank, number + 100, number + 150, number + 50);
    route.merge(other);
    naive = [...naive, ...coming].sort((a, b) => a.rank - b.rank);
    expect(numbersOf(route)).toEqual(naive.map(({ number }) => number));
    expect([...route.froms.subarray(0, route.count)]).toEqual(naive.map(({ number }) => number + 100));
    expect([...route.acks.subarray(0, route.count)]).toEqual(naive.map(({ number }) => number + 50));
  }
  expect(nextNumber).toBeGreaterThan(800);
});

test('an event partition that ends is looked at no longer', () => {
  const route = new Route();
  const viewer = viewerAt(5, 6);
  const [first, second] = [watchingOf(viewer, true, [0, 0]), watchingOf(viewer, true, [1, 0])];
  const other = new Route();
  other.events.push(first, second);
  route.merge(other);
  route.dropEvents(first);
  route.dropEvents(first);
  expect(route.events).toEqual([second]);
});
