import { expect, test } from 'vitest';
import { Track } from './track.ts';

const TICK_MS = 50;

function walked(...places: readonly (readonly [timeMs: number, x: number, heading?: number, space?: number])[]): Track {
  const track = new Track();
  for (const [timeMs, x, heading = 1, space = 0] of places) track.push({ timeMs, x, y: 7, heading, space }, TICK_MS);
  return track;
}

test('a body between two samples is shown between them, and before and after all of them at the nearer end', () => {
  const track = walked([1000, 10], [1050, 12], [1100, 16]);
  expect(track.at(1025).x).toBe(11);
  expect(track.at(1075).x).toBe(14);
  expect(track.at(900).x).toBe(10);
  expect(track.at(1400).x).toBe(16);
});

test('a body that stood still for long starts from where it stood, one tick before its next sample', () => {
  const track = walked([1000, 10], [3000, 13]);
  expect(track.at(2900).x).toBe(10);
  expect(track.at(2975).x).toBeCloseTo(11.5);
});

test('a heading turns by the shorter way, across north as well', () => {
  const track = walked([1000, 10, 6.2], [1050, 10, 0.1]);
  expect(track.at(1025).heading).toBeCloseTo((6.2 + 0.1 + 2 * Math.PI) / 2);
});

test('a body that took a door does not glide through the rock between', () => {
  const track = walked([1000, 146], [1050, 31, 1, 1]);
  expect(track.at(1049)).toMatchObject({ x: 146, space: 0 });
  expect(track.at(1050)).toMatchObject({ x: 31, space: 1 });
});

test('two samples of one moment: the later one counts', () => {
  expect(walked([1000, 10], [1050, 11], [1050, 12]).at(1025).x).toBe(11);
});
