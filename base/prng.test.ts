import { expect, test } from 'vitest';
import { Fault } from './fault.ts';
import { Prng } from './prng.ts';

test('a seed gives the same numbers for ever', () => {
  const prng = new Prng(42);
  expect([prng.u32(), prng.u32(), prng.u32()]).toEqual([726727986, 3386593081, 1571272914]);
});

test('number and bigint seeds of equal value are equal; others are not', () => {
  expect(new Prng(2 ** 40 + 3).u32()).toBe(new Prng(2n ** 40n + 3n).u32());
  const firsts = new Set(Array.from({ length: 1000 }, (_, seed) => new Prng(seed).u32()));
  expect(firsts.size).toBe(1000);
  expect(new Prng(-1).u32()).not.toBe(new Prng(1).u32());
});

test('reseeding starts anew', () => {
  const prng = new Prng(5);
  const first = prng.float();
  prng.reseed(5);
  expect(prng.float()).toBe(first);
});

test('draws reach both ends of their range and stay within', () => {
  const prng = new Prng(9);
  const counts = new Map<number, number>();
  for (let i = 0; i < 6000; i++) {
    const draw = prng.int(-2, 3);
    counts.set(draw, (counts.get(draw) ?? 0) + 1);
  }
  expect([...counts.keys()].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2, 3]);
  for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  for (let i = 0; i < 1000; i++) {
    const float = prng.float();
    expect(float >= 0 && float < 1).toBe(true);
    const wide = prng.int(-(2 ** 50), 2 ** 50);
    expect(Math.abs(wide)).toBeLessThanOrEqual(2 ** 50);
    const big = prng.bigint(-(2n ** 70n), 2n ** 70n);
    expect(big >= -(2n ** 70n) && big <= 2n ** 70n).toBe(true);
  }
  expect(prng.int(7, 7)).toBe(7);
  expect(prng.pick(['only'])).toBe('only');
});

test('an empty range is a fault', () => {
  expect(() => new Prng(1).int(2, 1)).toThrow(Fault);
  expect(() => new Prng(1).pick([])).toThrow(Fault);
  expect(() => new Prng(0.5)).toThrow(Fault);
});
