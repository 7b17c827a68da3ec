import { dequantize, quantizeToInteger } from '@tickbase/protocol';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { quantizedInteger } from './quantized-integer.ts';
import { quantizedValue } from './quantized-value.ts';

test('the checks’ own arithmetic gives the integers and the floats of the wire', () => {
  const step = fc.record({
    kind: fc.constant('step' as const),
    step: fc.constantFrom(0.01, 0.25, 0.1, 3, 1e-7),
    min: fc.constant(null),
    max: fc.constant(null),
  });
  const angle = fc.record({ kind: fc.constant('angle' as const), bits: fc.integer({ min: 1, max: 16 }) });
  fc.assert(
    fc.property(fc.oneof(step, angle), fc.oneof(fc.float(), fc.double()), fc.boolean(), (quantize, x, isF32) => {
      const k = quantizeToInteger(quantize, x);
      expect(quantizedInteger(quantize, x)).toBe(k);
      expect(quantizedValue(quantize, x, isF32)).toBe(dequantize(quantize, k, isF32));
    }),
    { numRuns: 5000 },
  );
});

test('halves go up, also below zero', () => {
  const quantize = { kind: 'step', step: 0.5, min: null, max: null } as const;
  expect([0.25, -0.25, 0.75, -0.75, -0.1].map((x) => quantizedInteger(quantize, x))).toEqual([1, 0, 2, -1, 0]);
});
