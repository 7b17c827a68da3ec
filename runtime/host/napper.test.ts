import { expect, test } from 'vitest';
import { napper } from './napper.ts';

test('a nap takes its time at least, and lets nothing else run', () => {
  const nap = napper();
  let hasRun = false;
  const timer = setImmediate(() => (hasRun = true));
  const startMs = performance.now();
  nap(1.5);
  nap(0);
  expect(performance.now() - startMs).toBeGreaterThanOrEqual(1.5);
  expect(hasRun).toBe(false);
  clearImmediate(timer);
});
