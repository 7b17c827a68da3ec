import { Prng } from '@tickbase/base';
import { expect, test } from 'vitest';
import { FrameMemory } from './frame-memory.ts';
import { Route } from './route.ts';
import { SlotPairs } from './slot-pairs.ts';
import { LINE, ROUTE_COUNT, ROUTE_START, ViewerLines } from './viewer-lines.ts';
import type { ViewerId } from './viewers-port.ts';

function routeOf(numbers: readonly number[]): Route {
  const route = new Route();
  numbers.forEach((number) => route.addPage({ number } as never, 0, 0, 0, 0));
  return route;
}

test('viewers come and go, and the routes of the others stay what they are', () => {
  const prng = new Prng(17);
  const lines = new ViewerLines(new FrameMemory());
  const model = new Map<ViewerId, number[]>();
  for (let step = 0; step < 500; step++) {
    const id = (3 * prng.int(0, 20)) as ViewerId;
    if (!model.has(id)) lines.open(id, 4);
    if (model.has(id) && prng.int(0, 3) === 0) {
      lines.close(id);
      model.delete(id);
    } else {
      const numbers = Array.from({ length: prng.int(0, 90) }, () => prng.int(0, 70_000));
      lines.setRoute(id, routeOf(numbers));
      model.set(id, numbers);
    }
    for (const [viewer, numbers] of model) {
      const start = lines.values[LINE * viewer + ROUTE_START]!;
      const end = start + lines.values[LINE * viewer + ROUTE_COUNT]!;
      expect([...lines.numbers.values.subarray(start, end)]).toEqual(numbers);
    }
  }
  // Blocks are used again: 21 routes of at most 90 numbers each.
  expect(lines.numbers.values.length).toBeLessThan(2 * 21 * 128 * 4);
});

test('writes that a line has no room for are noted elsewhere, each row once, with the tick of its last write', () => {
  const lines = new ViewerLines(new FrameMemory());
  const viewer = 5 as ViewerId;
  lines.open(viewer, 7);
  const listed = new SlotPairs();
  const add = (position: number, slot: number, tick: number): void => {
    if (lines.addWrite(viewer, position, slot, tick)) return;
    lines.moveWrites(viewer, listed);
    expect(lines.addWrite(viewer, position, slot, tick)).toBe(true);
  };
  add(2, 4_000_000_000, 8);
  add(3, 17, 8);
  add(2, 4_000_000_000, 9);
  add(9, 1, 10);
  lines.moveWrites(viewer, listed);
  lines.moveWrites(viewer, listed);
  expect(listed.read().slice(0, listed.length)).toEqual([2, 4_000_000_000, 9, 3, 17, 8, 9, 1, 10]);
});
