import { expect, test } from 'vitest';
import { medianRatios, pairRatios } from './compare-pairs.ts';
import type { LoadReport } from './load-report.ts';

const report = (callP99Ms: number | null, frameP99Ms: number, tickP99Ms: number): LoadReport =>
  ({ callP99Ms, frameP99Ms, tickP99Ms }) as LoadReport;

test('a pair is the p99 with slow readers over the p99 without', () => {
  expect(pairRatios(report(60, 11, 8), report(50, 10, 8))).toEqual({ call: 1.2, frame: 1.1, tick: 1 });
  expect(pairRatios(report(null, 11, 8), report(50, 0, 16))).toEqual({ call: null, frame: null, tick: 0.5 });
});

test('the median is taken figure by figure, of the pairs that have it', () => {
  const pairs = [
    { call: 1.5, frame: 1, tick: 3 },
    { call: 1.1, frame: 1.2, tick: null },
    { call: 9, frame: 1.1, tick: 1 },
  ];
  expect(medianRatios(pairs)).toEqual({ call: 1.5, frame: 1.1, tick: 2 });
  const even = [0.232, 0.894].map((call) => ({ call, frame: null, tick: null }));
  expect(medianRatios(even)).toEqual({ call: 0.563, frame: null, tick: null });
  expect(medianRatios([])).toEqual({ call: null, frame: null, tick: null });
});
