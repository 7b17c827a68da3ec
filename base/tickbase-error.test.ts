import { expect, test } from 'vitest';
import { assert } from './assert.ts';
import { Fault } from './fault.ts';
import { TickbaseError } from './tickbase-error.ts';

test('an error is three lines: code and what, where, mend', () => {
  const error = new TickbaseError({
    code: 'LOG_TORN',
    what: 'record 7 is cut off',
    where: 'world/12.log',
    mend: 'restart',
  });
  expect(String(error)).toBe('LOG_TORN: record 7 is cut off\n  where: world/12.log\n  mend:  restart');
});

test('an assertion that fails is a fault', () => {
  expect(() => assert(1 + 1 === 3, 'sums')).toThrow(new Fault('sums'));
});
