import { expect, test } from 'vitest';
import { audiencesOf } from './audiences-of.ts';

const A = 'https://a.example/';
const B = 'https://b.example';

test('an issuer answers to the names that are its own, or else to those of all', () => {
  const audiences = ['game', `web-7@${A}`, `web-8@${A}`, 'ann@b.example'];
  expect(audiencesOf(A, audiences, [A, B])).toEqual(['web-7', 'web-8']);
  expect(audiencesOf(B, audiences, [A, B])).toEqual(['game', 'ann@b.example']);
  expect(audiencesOf(B, [`web-7@${A}`], [A, B])).toEqual([]);
});
