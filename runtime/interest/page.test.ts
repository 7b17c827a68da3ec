import { expect, test } from 'vitest';
import { Page } from './page.ts';
import type { Partition } from './partition.ts';

const REST_TICKS = 6;

function makePage(tick: number): Page {
  return new Page(null as unknown as Partition, 17, 0, 5, tick);
}

test('the lowest free name is given first, so that small pages keep names of 8 bits', () => {
  const page = makePage(3);
  expect([91, 54, 77].map((slot) => page.addMember(slot, 3, REST_TICKS))).toEqual([0, 1, 2]);
  page.removeMember(1, 4, false);
  expect(page.addMember(60, 4 + REST_TICKS, REST_TICKS)).toBe(1);
});

test('a freed name rests until the leave ring has passed', () => {
  const page = makePage(3);
  page.addMember(91, 3, REST_TICKS);
  page.removeMember(0, 4, true);
  expect(page.addMember(54, 4 + REST_TICKS - 1, REST_TICKS)).toBe(1);
  expect(page.floorTick).toBe(3);
  expect(page.addMember(55, 4 + REST_TICKS, REST_TICKS)).toBe(0);
  expect(page.floorTick).toBe(4);
});

test('when every name rests the oldest is given again, and clients from before its leave need the whole page', () => {
  const page = makePage(1);
  for (let i = 0; i < 65_536; i++) page.removeMember(page.addMember(i + 5, 2 + i, 1_000_000), 2 + i, false);
  expect(page.floorTick).toBe(1);
  expect(page.addMember(9, 70_000, 1_000_000)).toBe(0);
  expect(page.floorTick).toBe(2);
  expect(page.leaves.count).toBe(65_535);
});

test('a page remembers its last change and the one before', () => {
  const page = makePage(3);
  expect(page.touch(5)).toBe(true);
  expect(page.touch(5)).toBe(false);
  expect(page.touch(9)).toBe(true);
  expect([page.previousChangeTick, page.changeTick]).toEqual([5, 9]);
});
