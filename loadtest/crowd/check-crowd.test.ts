import { expect, test } from 'vitest';
import type { Place } from './answer-lines.ts';
import { checkCrowd } from './check-crowd.ts';

const RULES = { radiusM: 80, leaveRadiusM: 90, slackM: 2 };
const OWN: Place = [7, 100, 300];

test('who is near is shown, who is far is not, and between the radii both is right', () => {
  const near: Place = [2, 100, 375];
  const between: Place = [3, 185, 300];
  const far: Place = [4, 100, 200];
  const truth = [OWN, near, between, far];
  expect(checkCrowd(7, truth, [OWN, near], RULES)).toEqual([]);
  expect(checkCrowd(7, truth, [OWN, near, between], RULES)).toEqual([]);
  expect(checkCrowd(7, truth, [OWN], RULES)).toEqual(['player 2 is 75.0 m away and not in view']);
  expect(checkCrowd(7, truth, [OWN, near, far], RULES)).toEqual(['player 4 is 100.0 m away and still in view']);
});

test('who is near the rim may have crossed it since', () => {
  const rim: Place = [2, 100, 379];
  expect(checkCrowd(7, [OWN, rim], [OWN], RULES)).toEqual([]);
  const outerRim: Place = [2, 100, 391];
  expect(checkCrowd(7, [OWN, outerRim], [OWN, outerRim], RULES)).toEqual([]);
});

test('a place may be some steps old, not more', () => {
  const truth: Place[] = [OWN, [2, 110, 300]];
  expect(checkCrowd(7, truth, [OWN, [2, 111.5, 300]], RULES)).toEqual([]);
  expect(checkCrowd(7, truth, [OWN, [2, 110, 303]], RULES)).toEqual(['player 2 is shown 3.0 m from where it is']);
});

test('nobody is shown twice, or without being there', () => {
  expect(checkCrowd(7, [OWN], [OWN, OWN], RULES)).toEqual(['somebody is shown twice']);
  expect(checkCrowd(7, [OWN], [OWN, [9, 100, 300]], RULES)).toEqual(['player 9 is in view and not on the server']);
  expect(checkCrowd(7, [], [], RULES)).toEqual(['the server has no player 7']);
});
