import { expect, test } from 'vitest';
import { FreeSlots } from './free-slots.ts';

test('slots come back oldest first, each after its rest, through growth and rollback', () => {
  const free = new FreeSlots();
  for (let slot = 0; slot < 300; slot++) free.give(slot + 7, slot);
  expect(free.peek(4, 5)).toBe(-1);
  expect(free.peek(5, 5)).toBe(7);
  const { head } = free;
  for (let i = 0; i < 100; i++) {
    expect(free.peek(1000, 5)).toBe(i + 7);
    free.head++;
  }
  free.head = head;
  expect(free.peek(1000, 5)).toBe(7);
  free.head += 250;
  for (let slot = 0; slot < 400; slot++) free.give(slot + 2000, 300 + slot);
  const taken: number[] = [];
  for (let slot = free.peek(9999, 5); slot !== -1; slot = free.peek(9999, 5)) {
    taken.push(slot);
    free.head++;
  }
  expect(taken).toEqual([
    ...Array.from({ length: 50 }, (_, i) => 257 + i),
    ...Array.from({ length: 400 }, (_, i) => 2000 + i),
  ]);
});
