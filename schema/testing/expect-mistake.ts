import { expect } from 'vitest';
import { TickbaseError } from '@tickbase/base';

/** Runs what must throw a TickbaseError of this code, complete with what, where and mend; returns it. */
export function expectMistake(code: string, run: () => unknown): TickbaseError {
  let thrown: unknown = null;
  try {
    run();
  } catch (error) {
    thrown = error;
  }
  expect(thrown, `${code} was expected`).toBeInstanceOf(TickbaseError);
  const mistake = thrown as TickbaseError;
  expect(mistake.code, mistake.message).toBe(code);
  for (const part of [mistake.what, mistake.where, mistake.mend]) {
    expect(part.length).toBeGreaterThan(2);
    expect(part).not.toMatch(/undefined|\[object|NaN\b(?! )/);
  }
  return mistake;
}
