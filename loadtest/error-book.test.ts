import { expect, test } from 'vitest';
import { ErrorBook } from './error-book.ts';

test('errors of one text are one kind with their number', () => {
  const book = new ErrorBook();
  book.add('the link was closed with 1006');
  book.addAll([
    { text: 'craft: INTERNAL_ERROR', count: 3 },
    { text: 'the link was closed with 1006', count: 2 },
  ]);
  expect(book.count).toBe(6);
  expect(book.kinds()).toEqual([
    { text: 'the link was closed with 1006', count: 3 },
    { text: 'craft: INTERNAL_ERROR', count: 3 },
  ]);
});

test('texts are bounded, the number is not', () => {
  const book = new ErrorBook();
  for (let i = 0; i < 1000; i++) book.add(`kind ${i}`);
  expect(book.count).toBe(1000);
  expect(book.kinds().length).toBeLessThan(100);
});
