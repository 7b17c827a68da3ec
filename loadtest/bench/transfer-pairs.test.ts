import { expect, test } from 'vitest';
import { transferPairs } from './transfer-pairs.ts';

test('without a favourite every account is chosen about as often; nobody pays to itself', () => {
  const pairs = transferPairs(50_000, 10, 0);
  const chosen = new Array<number>(10).fill(0);
  for (const account of pairs) chosen[account]!++;
  for (const count of chosen) expect(count).toSatisfy((seen: number) => Math.abs(seen - 10_000) < 500);
  const toThemselves = pairs.filter((account, place) => place % 2 === 0 && account === pairs[place + 1]);
  expect(toThemselves).toHaveLength(0);
});

test('with alpha 1.5 payers fall on the accounts as 1 / k ** 1.5', () => {
  const pairs = transferPairs(50_000, 1_000, 1.5);
  const payers = new Array<number>(1_000).fill(0);
  for (let i = 0; i < pairs.length; i += 2) payers[pairs[i]!]!++;
  let weight = 0;
  for (let k = 1; k <= 1_000; k++) weight += 1 / k ** 1.5;
  for (const account of [0, 1, 2, 9]) {
    const expected = 50_000 / (account + 1) ** 1.5 / weight;
    expect(Math.abs(payers[account]! - expected)).toBeLessThan(5 * Math.sqrt(expected));
  }
});

test('the same pairs come in each run', () => {
  expect(transferPairs(100, 77, 1.5)).toEqual(transferPairs(100, 77, 1.5));
  expect(transferPairs(100, 77, 1.5)).not.toEqual(transferPairs(100, 77, 0));
});
