import { expect, test } from 'vitest';
import { KeptCopies } from './kept-copies.ts';
import type { Page } from './page.ts';

const pageOf = (changeTick: number): Page => ({ changeTick, partition: { isDropped: false } }) as unknown as Page;
const copyOf = (tick: number, length: number) => ({ tick, bytes: new Uint8Array(length), count: 1 });

test('a copy holds until its page changes', () => {
  const kept = new KeptCopies(1_000);
  const page = pageOf(7);
  const copy = copyOf(9, 100);
  kept.keep(page, copy);
  expect(kept.find(page)).toBe(copy);
  page.changeTick = 12;
  expect(kept.find(page)).toBe(null);
  page.changeTick = 7;
  expect(kept.find(page)).toBe(null);
});

test('of a dropped partition nothing is kept', () => {
  const kept = new KeptCopies(1_000);
  const page = pageOf(7);
  kept.keep(page, copyOf(9, 100));
  page.partition.isDropped = true;
  expect(kept.find(page)).toBe(null);
});

test('beyond the bytes that it may have the oldest go, and what is longer than all of them is not kept', () => {
  const kept = new KeptCopies(250);
  const pages = [1, 2, 3].map(pageOf);
  for (const page of pages) kept.keep(page, copyOf(5, 100));
  expect(pages.map((page) => kept.find(page) !== null)).toEqual([false, true, true]);
  kept.keep(pages[1]!, copyOf(6, 150)); // in place of the one before
  expect(pages.map((page) => kept.find(page) !== null)).toEqual([false, true, true]);
  kept.keep(pages[0]!, copyOf(6, 251));
  expect(pages.map((page) => kept.find(page) !== null)).toEqual([false, true, true]);
});
