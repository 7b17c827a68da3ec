import { expect, test } from 'vitest';
import { limitedRun } from './limited-run.ts';

test('what comes to its end in time is not stopped, and what does not is', () => {
  const did: string[] = [];
  expect(limitedRun(() => did.push('one'), 20_000)).toBe(true);
  expect(limitedRun(hang, 20)).toBe(false);
  expect(limitedRun(() => did.push('another'), 20_000)).toBe(true);
  expect(did).toEqual(['one', 'another']);
});

test('what it throws passes through, and is not thrown again by the next run', () => {
  const error = new Error('broken');
  expect(() => limitedRun(() => fail(error), 20_000)).toThrow(error);
  expect(limitedRun(() => {}, 20_000)).toBe(true);
});

test('a run within a run does not begin: the caller has another way', () => {
  let inner: boolean | null = true;
  let didRun = false;
  const outer = limitedRun(() => {
    inner = limitedRun(() => (didRun = true), 20_000);
  }, 20_000);
  expect([outer, inner, didRun]).toEqual([true, null, false]);
});

test('runs that end about when their limit passes leave no stop for what follows', () => {
  const ends = { whole: 0, stopped: 0 };
  for (let i = 0; i < 60; i++) {
    const endMs = performance.now() + 1.5 + 0.02 * i;
    if (limitedRun(() => waitUntil(endMs), 2)) ends.whole++;
    else ends.stopped++;
    waitUntil(performance.now() + 0.5); // a stop that came late would end this
  }
  expect(ends.whole + ends.stopped).toBe(60);
});

function waitUntil(endMs: number): void {
  while (performance.now() < endMs);
}

function hang(): void {
  for (;;);
}

function fail(error: Error): never {
  throw error;
}
