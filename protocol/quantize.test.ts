import { expect, test } from 'vitest';
import { dequantize, quantizeToInteger } from './quantize.ts';

const STEP = { kind: 'step', step: 0.01, min: null, max: null } as const;

test('halves are rounded up, and zero has no sign', () => {
  const whole = { kind: 'step', step: 1, min: null, max: null } as const;
  expect([0.5, -0.5, -1.5, 2.5, 0.49999999999999994].map((x) => quantizeToInteger(whole, x))).toEqual([1, 0, -1, 3, 0]);
  expect(Object.is(quantizeToInteger(whole, -0.2), 0)).toBe(true);
});

test('a quantized float is a fixed point', () => {
  for (const x of [1.239, -77.005, 31.999, 4096.13]) {
    const shown = dequantize(STEP, quantizeToInteger(STEP, Math.fround(x)), true);
    expect(quantizeToInteger(STEP, shown)).toBe(quantizeToInteger(STEP, Math.fround(x)));
    expect(Math.fround(shown)).toBe(shown);
  }
});

test('what no integer can stand for stays itself, and huge numbers saturate', () => {
  for (const x of [NaN, Infinity, -Infinity]) expect(dequantize(STEP, quantizeToInteger(STEP, x), false)).toBe(x);
  expect(quantizeToInteger(STEP, 1e300)).toBe(2 ** 51);
  expect(quantizeToInteger(STEP, -1e300)).toBe(-(2 ** 51));
});

test('angles wrap to one turn', () => {
  const angle = { kind: 'angle', bits: 8 } as const;
  expect([0, Math.PI, 2 * Math.PI, -Math.PI / 2, 6.28].map((x) => quantizeToInteger(angle, x))).toEqual([
    0, 128, 0, 192, 0,
  ]);
  expect(dequantize(angle, 64, false)).toBe(Math.PI / 2);
});
