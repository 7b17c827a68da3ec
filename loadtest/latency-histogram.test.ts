import { encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import { expect, test } from 'vitest';
import { latencyHistogram, mergeLatencies } from './latency-histogram.ts';

function encoded(...valuesUs: number[]): string {
  const histogram = latencyHistogram();
  for (const value of valuesUs) histogram.recordValue(value);
  return encodeIntoCompressedBase64(histogram);
}

test('latencies of several processes are merged, whichever of them saw the longest', () => {
  for (const parts of [
    [encoded(900, 1100), encoded(5_000_000)],
    [encoded(5_000_000), encoded(900, 1100)],
    [encoded(), encoded(1100, 900, 5_000_000)],
  ]) {
    const merged = mergeLatencies(parts);
    expect(merged.totalCount).toBe(3);
    expect(merged.getValueAtPercentile(50)).toBe(1100);
    expect(merged.getValueAtPercentile(100) / 5_000_000).toBeCloseTo(1, 2);
  }
  expect(mergeLatencies([]).totalCount).toBe(0);
});
