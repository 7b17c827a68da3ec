import { Prng } from '@tickbase/base';
import { expect, test } from 'vitest';
import type { Viewer } from './viewer.ts';
import { WatchOrder } from './watch-order.ts';
import type { Watching } from './watching.ts';

const CELL_M = 12;

/** A watching of a cell, or of a whole table. */
function watchingOf(isStreamed: boolean, cell: [cellX: number, cellY: number] | null): Watching {
  const spots = cell === null ? [] : [{ space: 3, cellX: cell[0], cellY: cell[1] }];
  const tracker = { isStreamed, places: { cellM: CELL_M, spots } };
  const partition = { partitioning: { tracker }, place: cell === null ? -1 : 0 };
  return { partition, rank: 0, isEnded: false } as unknown as Watching;
}

const viewerAt = (x: number, y: number): Viewer =>
  ({ centres: Float64Array.of(3, x, y), centreCount: 1 }) as unknown as Viewer;

const living = (order: WatchOrder): Watching[] => order.list.filter(({ isEnded }) => !isEnded);

test('exact tables come before streamed ones, and near cells before far ones', () => {
  const order = new WatchOrder();
  const far = watchingOf(true, [5, 0]);
  const near = watchingOf(true, [1, -1]);
  const exact = watchingOf(false, [9, 9]);
  const whole = watchingOf(false, null);
  for (const watching of [far, near, exact]) order.add(watching);
  order.settle(viewerAt(14, -7));
  expect(order.list).toEqual([exact, near, far]);
  order.add(whole);
  order.settle(viewerAt(14, -7));
  expect(order.list).toEqual([whole, exact, near, far]);
});

test('over any comings and goings each watching is there once, in the order of its rank', () => {
  const prng = new Prng(71);
  const order = new WatchOrder();
  const held = new Set<Watching>();
  let settleCount = 0;
  for (let step = 0; step < 400; step++) {
    const comingCount = step % 50 === 0 ? 60 : prng.int(0, 4);
    for (let i = 0; i < comingCount; i++) {
      const watching = watchingOf(prng.int(0, 4) > 0, prng.int(0, 9) === 0 ? null : [prng.int(-8, 8), prng.int(-8, 8)]);
      held.add(watching);
      order.add(watching);
    }
    for (const watching of held) {
      if (prng.int(0, 9) > 0) continue;
      held.delete(watching);
      order.end(watching);
    }
    expect(new Set(living(order))).toEqual(held);
    expect(living(order).length).toBe(held.size);
    if (prng.int(0, 2) > 0) continue;
    settleCount++;
    order.settle(viewerAt(step, -step / 2));
    const ranks = order.list.map(({ rank }) => rank);
    expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
    expect(order.list.length).toBe(held.size);
  }
  expect(settleCount).toBeGreaterThan(50);
});

test('watchings of a viewer that takes no frames do not pile up', () => {
  const order = new WatchOrder();
  for (let i = 0; i < 5000; i++) {
    const watching = watchingOf(true, [i, 0]);
    order.add(watching);
    order.end(watching);
  }
  expect(order.list.length).toBeLessThan(200);
});
