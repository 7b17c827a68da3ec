import { expect, test } from 'vitest';
import { hides } from './hides.ts';

const own = { x: 31, y: 17 };

test('what stands before the own body hides it, to the sides as far as it is wide', () => {
  expect(hides(31, 15, 2, own)).toBe(true);
  expect(hides(32.9, 15, 2, own)).toBe(true);
  expect(hides(33.1, 15, 2, own)).toBe(false);
});

test('what stands behind it or far before it does not, nor does anything while there is no body', () => {
  expect(hides(31, 18, 2, own)).toBe(false);
  expect(hides(31, 13, 2, own)).toBe(false);
  expect(hides(31, 15, 2, null)).toBe(false);
});
