import { expect, test } from 'vitest';
import { ToldQueue } from './told-queue.ts';

function told(queue: ToldQueue<string>, tick: number): string[] {
  const out: string[] = [];
  queue.tell(out, tick);
  return out;
}

test('each item is told once, and kept until a receipt covers it', () => {
  const queue = new ToldQueue<string>();
  queue.add('a', 10);
  queue.add('b', 20);
  expect(told(queue, 5)).toEqual(['a', 'b']);
  queue.add('c', 30);
  expect(told(queue, 6)).toEqual(['c']);
  expect(told(queue, 7)).toEqual([]);
  queue.releaseTick(5);
  expect(queue.keptBytes).toBe(30);
});

test('a receipt never forgets what was not told', () => {
  const queue = new ToldQueue<string>();
  queue.add('a', 10);
  queue.releaseTick(1_000);
  expect(told(queue, 1_001)).toEqual(['a']);
});

test('a resume tells again what was not confirmed', () => {
  const queue = new ToldQueue<string>();
  queue.add('a', 10);
  told(queue, 3);
  queue.add('b', 10);
  told(queue, 4);
  queue.releaseTick(3);
  queue.rewind();
  expect(told(queue, 9)).toEqual(['b']);
});
