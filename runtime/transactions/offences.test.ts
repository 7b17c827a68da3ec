import { expect, test } from 'vitest';
import { OFFENCE_WINDOW_US, Offences, SUSPENDED_US } from './offences.ts';

const ann = { hex: 'a1' };
const bob = { hex: 'b2' };
const cid = { hex: 'c3' };

test('the third stop within a minute suspends a function for its sender, for half a minute', () => {
  const offences = new Offences();
  expect([1, 2, 3].map((second) => offences.note('spin', ann, second * 1e6))).toEqual([null, null, 'sender']);
  const endUs = 3e6 + SUSPENDED_US;
  expect(offences.isSuspended('spin', ann, endUs - 1)).toBe(true);
  expect(offences.isSuspended('spin', bob, endUs - 1)).toBe(false);
  expect(offences.isSuspended('turn', ann, endUs - 1)).toBe(false);
  expect(offences.isSuspended('spin', ann, endUs)).toBe(false);
});

test('the sixth, for whomever, suspends it for everybody', () => {
  const offences = new Offences();
  const senders = [ann, bob, cid, ann, bob];
  for (const [second, sender] of senders.entries()) expect(offences.note('spin', sender, second * 1e6)).toBe(null);
  expect(offences.note('spin', cid, 6e6)).toBe('everybody');
  expect(offences.isSuspended('spin', { hex: 'd4' }, 7e6)).toBe(true);
});

test('after a suspension the count begins anew; stops of more than a minute ago do not count', () => {
  const offences = new Offences();
  for (const second of [1, 2, 3]) offences.note('spin', ann, second * 1e6);
  const laterUs = 10e6 + SUSPENDED_US;
  expect(offences.note('spin', ann, laterUs)).toBe(null);
  expect(offences.isSuspended('spin', ann, laterUs + 1)).toBe(false);
  expect(offences.note('turn', bob, 0)).toBe(null);
  expect(offences.note('turn', bob, 5e6)).toBe(null);
  expect(offences.note('turn', bob, OFFENCE_WINDOW_US + 1)).toBe(null);
});

test('of very many offenders the newest are remembered', () => {
  const offences = new Offences();
  for (const second of [1, 2]) offences.note('spin', ann, second);
  for (let i = 0; i < 3000; i++) offences.note(`other${i}`, bob, 3 + i);
  expect(offences.note('spin', ann, 9000)).toBe(null);
});
