import { expect, test } from 'vitest';
import { type WhatWasSeen, whyNotKept } from './why-not-kept.ts';

const OF_BARE: WhatWasSeen = {
  ticks: { ticks: 98, p50Ms: 20, p99Ms: 49, left: 2 },
  ticksDue: 100,
  messageShare: 0.97,
  inputShare: 0.99,
};
const HELD: WhatWasSeen = { ...OF_BARE, wrong: [] };

test('players are held when ticks are in time, all get what they should, and what they are shown is right', () => {
  expect(whyNotKept(HELD)).toBe('');
  expect(whyNotKept({ ...HELD, ticks: { ...HELD.ticks, p99Ms: 50 } })).toBe("a tick's p99 of 50.0 ms");
  expect(whyNotKept({ ...HELD, ticks: { ...HELD.ticks, ticks: 90 } })).toBe('90 ticks where 100 were due');
  expect(whyNotKept({ ...HELD, messageShare: 0.5 })).toBe('clients got 50 % of their messages');
  expect(whyNotKept({ ...HELD, inputShare: 0.5 })).toMatch(/the machine is full/);
  expect(whyNotKept(OF_BARE)).toBe('');
  expect(whyNotKept({ ...HELD, wrong: ['player 3 is not there', 'nor is 4'] })).toBe('player 3 is not there');
});
