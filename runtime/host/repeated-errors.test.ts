import { expect, test } from 'vitest';
import type { LogLine } from '../transactions/world.ts';
import { REPEATS_TOLD_MS, RepeatedErrors } from './repeated-errors.ts';

const line = (text: string, origin = 'graze'): LogLine => ({ level: 'error', text, code: '', origin, sender: '' });
const thrown = (message: string, place = 'module.js:3:5'): LogLine =>
  line(`Error: ${message}\n    at graze (${place})`);

function stage(): { errors: RepeatedErrors; told: string[] } {
  const told: string[] = [];
  const errors = new RepeatedErrors(({ origin, text }, count) =>
    told.push(`${origin} ${count} ${text.split('\n', 1)[0]}`),
  );
  return { errors, told };
}

test('an error is told once, and every ten seconds how often it came again, with its last message', () => {
  const { errors, told } = stage();
  expect(errors.isNew(thrown('sheep 7 is gone'), 500)).toBe(true);
  for (let tick = 1; tick <= 200; tick++) {
    expect(errors.isNew(thrown(`sheep ${tick} is gone`), 500 + 50 * tick)).toBe(false);
    errors.sweep(500 + 50 * tick);
  }
  errors.isNew(thrown('sheep 8 is gone'), 10_600);
  errors.sweep(500 + 2 * REPEATS_TOLD_MS - 1);
  expect(told).toEqual(['graze 200 Error: sheep 200 is gone']);
  errors.sweep(500 + 2 * REPEATS_TOLD_MS);
  expect(told.slice(1)).toEqual(['graze 1 Error: sheep 8 is gone']);
});

test('one that stayed away for ten seconds is told anew', () => {
  const { errors, told } = stage();
  errors.isNew(thrown('no grass'), 0);
  errors.sweep(REPEATS_TOLD_MS);
  expect(errors.isNew(thrown('no grass'), REPEATS_TOLD_MS + 1)).toBe(true);
  expect(told).toEqual([]);
});

test('another place, another function and another text of console.error are other errors', () => {
  const { errors } = stage();
  errors.isNew(thrown('no grass'), 0);
  errors.isNew(line('no grass'), 0);
  expect(errors.isNew(thrown('no grass', 'module.js:4:5'), 1)).toBe(true);
  expect(errors.isNew({ ...thrown('no grass'), origin: 'drink' }, 1)).toBe(true);
  expect(errors.isNew(line('no water'), 1)).toBe(true);
  expect(errors.isNew(line('no grass'), 1)).toBe(false);
});

test('the end tells what was counted', () => {
  const { errors, told } = stage();
  for (let tick = 0; tick < 4; tick++) errors.isNew(thrown('no grass'), tick);
  errors.end(4);
  errors.end(5);
  expect(told).toEqual(['graze 3 Error: no grass']);
});

test('beyond a number of different errors each is told: what is kept stays small', () => {
  const { errors } = stage();
  for (let place = 0; place < 1000; place++) errors.isNew(line(`text ${place}`), 0);
  expect([errors.isNew(line('text 3'), 1), errors.isNew(line('text 999'), 1)]).toEqual([false, true]);
});
