import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyType, valueOfType } from '../testing/arbitraries.ts';
import { compareValues } from './compare-values.ts';
import { equalValues } from './equal-values.ts';

const threeOfAType = anyType.chain((type) => {
  const value = valueOfType(type);
  return fc.record({ type: fc.constant(type), a: value, b: value, c: value });
});

test('values of every type have a total order, and equality agrees with it', () => {
  fc.assert(
    fc.property(threeOfAType, ({ type, a, b, c }) => {
      expect(compareValues(type, a, a)).toBe(0);
      expect(Math.sign(compareValues(type, a, b))).toBe(0 - Math.sign(compareValues(type, b, a)));
      // Boxed: JavaScript sorts undefined last without asking.
      const boxes = [{ it: a }, { it: b }, { it: c }];
      const [low, middle, high] = boxes.toSorted((left, right) => compareValues(type, left.it, right.it));
      expect(compareValues(type, low!.it, middle!.it)).toBeLessThanOrEqual(0);
      expect(compareValues(type, low!.it, high!.it)).toBeLessThanOrEqual(0);
      expect(compareValues(type, middle!.it, high!.it)).toBeLessThanOrEqual(0);
      expect(equalValues(type, a, b)).toBe(compareValues(type, a, b) === 0);
    }),
    { numRuns: 1500 },
  );
});

test('texts are ordered as their UTF-8 bytes are', () => {
  const string = fc.string({ unit: 'binary' });
  fc.assert(
    fc.property(string, string, (a, b) => {
      const bytes = Buffer.compare(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8'));
      expect(Math.sign(compareValues({ kind: 'string' }, a, b))).toBe(bytes);
    }),
  );
});
