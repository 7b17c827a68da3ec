import { expect, test } from 'vitest';
import { TickTrace } from './tick-trace.ts';

function traceOnFakeClock(capacity: number): { trace: TickTrace; pass: (ms: number) => void; now: () => number } {
  let nowMs = 300;
  return { trace: new TickTrace({ nowMs: () => nowMs }, capacity), pass: (ms) => (nowMs += ms), now: () => nowMs };
}

test('a tick’s time is split into its phases, and the whole counts from the due time', () => {
  const { trace, pass, now } = traceOnFakeClock(7);
  const dueMs = now();
  pass(2);
  trace.begin(dueMs);
  pass(3);
  trace.mark('calls');
  pass(0.5);
  trace.mark('seal');
  pass(1);
  trace.mark('calls');
  trace.end();
  expect(trace.last()).toMatchObject({ calls: 4_000, seal: 500, timers: 0, whole: 6_500 });
});

test('a sample counts for those that are not timed', () => {
  const { trace, pass, now } = traceOnFakeClock(7);
  trace.begin(now());
  pass(1);
  trace.mark('calls');
  trace.weigh(5);
  pass(2);
  trace.mark('calls');
  pass(3);
  trace.mark('log');
  trace.weigh(0);
  pass(40);
  trace.mark('calls');
  trace.weigh(1);
  pass(4);
  trace.mark('sends');
  trace.end();
  expect(trace.last()).toMatchObject({ calls: 11_000, log: 15_000, sends: 4_000, whole: 50_000 });
});

test('percentiles are of the ticks that the ring still holds', () => {
  const { trace, pass, now } = traceOnFakeClock(100);
  expect(trace.percentileUs('whole', 0.99)).toBe(0);
  for (let ms = 900; ms >= 1; ms--) {
    trace.begin(now());
    pass(ms);
    trace.end();
  }
  expect(trace.tickCount).toBe(900);
  expect(trace.percentileUs('whole', 0.5)).toBeCloseTo(50_000);
  expect(trace.percentileUs('whole', 0.99)).toBeCloseTo(99_000);
  expect(trace.percentileUs('whole', 1)).toBeCloseTo(100_000);
});
