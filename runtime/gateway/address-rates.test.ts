import { expect, test } from 'vitest';
import { AddressRates } from './address-rates.ts';

test('an address has its burst, and gets more as time passes', () => {
  const rates = new AddressRates(2, 5);
  expect([1, 2, 3, 4, 5, 6].map(() => rates.take('10.0.0.1', 1, 0))).toEqual([true, true, true, true, true, false]);
  expect(rates.take('10.0.0.2', 5, 0)).toBe(true);
  expect(rates.take('10.0.0.1', 2, 900)).toBe(false);
  expect(rates.take('10.0.0.1', 2, 1_000)).toBe(true);
  expect(rates.take('10.0.0.1', 6, 100_000)).toBe(false);
  expect(rates.take('10.0.0.1', 5, 100_000)).toBe(true);
});

test('of IPv6 one customer is one address, and this machine has more', () => {
  const rates = new AddressRates(1, 1);
  expect(rates.take('2001:0db8:0000:0001:0000:0000:0000:0001', 1, 0)).toBe(true);
  expect(rates.take('2001:0db8:0000:0001:ffff:0000:0000:0009', 1, 0)).toBe(false);
  expect(rates.take('2001:0db8:0000:0002:0000:0000:0000:0001', 1, 0)).toBe(true);
  expect(rates.take('127.0.0.1', 1_000, 0)).toBe(true);
  expect(rates.take('127.0.0.1', 1, 0)).toBe(false);
});

test('a flood of addresses is forgotten, the oldest first', () => {
  const rates = new AddressRates(1, 1);
  for (let i = 0; i <= 65_536; i++) rates.take(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`, 1, 0);
  expect(rates.take('10.0.0.1', 1, 0)).toBe(false);
  expect(rates.take('10.0.0.0', 1, 0)).toBe(true);
});
