import { expect, test } from 'vitest';
import { HP_MAX } from '../../src/rules.ts';
import { ownFate } from './own-fate.ts';

const wounded = { floor: 0, x: 71, y: 88, hp: 9 };

test('less hp is a bite, a step without a change of hp is nothing', () => {
  expect(ownFate({ ...wounded, hp: 18 }, wounded)).toBe('bitten');
  expect(ownFate(wounded, { ...wounded, x: 71.2 })).toBe(null);
});

test('more hp on the spot heals, also up to the last point', () => {
  expect(ownFate(wounded, { ...wounded, hp: 11 })).toBe('healed');
  expect(ownFate({ ...wounded, hp: HP_MAX - 2 }, { ...wounded, hp: HP_MAX })).toBe('healed');
});

test('full hp at another place is waking at the camp', () => {
  expect(ownFate(wounded, { ...wounded, x: 118, y: 93, hp: HP_MAX })).toBe('woken');
  expect(ownFate({ ...wounded, floor: 1 }, { ...wounded, hp: HP_MAX })).toBe('woken');
});
