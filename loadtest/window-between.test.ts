import { expect, test } from 'vitest';
import { ServerMetrics } from './server-metrics-of.ts';
import { windowBetween } from './window-between.ts';

/** As after so many ticks of at most 1, 5 and 25 ms and of more. */
function metricsOf(
  ticks: readonly [number, number, number, number],
  cpuS: number,
  uptimeS: number,
  rss: number,
): ServerMetrics {
  const upTo = ticks.map((_, i) => ticks.slice(0, i + 1).reduce((sum, count) => sum + count, 0));
  const bounds = ['0.001', '0.005', '0.025', '+Inf'];
  return new ServerMetrics(
    [
      ...bounds.map((bound, i) => `tickbase_tick_seconds_bucket{le="${bound}"} ${upTo[i]}`),
      `tickbase_ticks_total ${upTo[3]}`,
      `process_cpu_seconds_total ${cpuS}`,
      `process_uptime_seconds ${uptimeS}`,
      `process_resident_memory_bytes ${rss}`,
    ].join('\n'),
  );
}

test('ticks, processor and memory of a window are what the metrics have grown by', () => {
  const before = metricsOf([100, 3, 2, 1], 5, 60, 150e6);
  const after = metricsOf([150, 33, 22, 1], 7.5, 65, 180e6);
  expect(windowBetween(before, after)).toEqual({
    ticks: 100,
    tickP50Ms: 1,
    tickP99Ms: 24,
    cpuPercent: 50,
    cpuMsPerTick: 25,
    rssMb: 180,
    rssFirstMb: 150,
  });
});

test('ticks beyond the last bound count as that one, and none have no time', () => {
  const before = metricsOf([5, 0, 0, 0], 1, 10, 1e6);
  expect(windowBetween(before, metricsOf([5, 0, 0, 9], 2, 20, 1e6))).toMatchObject({
    ticks: 9,
    tickP50Ms: 25,
    tickP99Ms: 25,
  });
  expect(windowBetween(before, metricsOf([5, 0, 0, 0], 2, 20, 1e6))).toMatchObject({
    ticks: 0,
    tickP50Ms: 0,
    tickP99Ms: 0,
    cpuPercent: 10,
  });
});
