import { expect, test } from 'vitest';
import { secretsEqual } from './secrets-equal.ts';

test.each([
  ['', '', true],
  ['a7', 'a7', true],
  ['a7', 'a8', false],
  ['b7', 'a7', false],
  ['a7', 'a7f', false],
  ['', 'a', false],
])('%j and %j: %j', (a, b, isEqual) => {
  expect(secretsEqual(a, b)).toBe(isEqual);
});
