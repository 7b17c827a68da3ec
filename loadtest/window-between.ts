import type { ServerMetrics } from './server-metrics-of.ts';
import type { ServerWindow } from './server-figures.ts';

/** What the metrics of a server tell of the time between two looks at them. */
export function windowBetween(before: ServerMetrics, after: ServerMetrics): ServerWindow {
  const grown = (name: string): number => after.get(name) - before.get(name);
  const ticks = grown('tickbase_ticks_total');
  const cpuS = grown('process_cpu_seconds_total');
  return {
    ticks,
    tickP50Ms: quantileMs(before, after, 0.5),
    tickP99Ms: quantileMs(before, after, 0.99),
    cpuPercent: (100 * cpuS) / grown('process_uptime_seconds'),
    cpuMsPerTick: (1000 * cpuS) / Math.max(1, ticks),
    rssMb: after.get('process_resident_memory_bytes') / 1e6,
    rssFirstMb: before.get('process_resident_memory_bytes') / 1e6,
  };
}

/** Between the bounds of its bucket as if the ticks there were spread evenly; above the last bound: that one. 0: there were no ticks. */
function quantileMs(before: ServerMetrics, after: ServerMetrics, share: number): number {
  const known = new Map(before.buckets(TICKS));
  const buckets = after.buckets(TICKS).map(([bound, upTo]) => [bound, upTo - (known.get(bound) ?? 0)] as const);
  const count = buckets.at(-1)?.[1] ?? 0;
  if (count === 0) return 0;
  let [boundBefore, upToBefore] = [0, 0];
  for (const [bound, upTo] of buckets) {
    if (bound === Infinity) break;
    const part = (share * count - upToBefore) / (upTo - upToBefore);
    if (upTo >= share * count) return 1000 * (boundBefore + (bound - boundBefore) * part);
    [boundBefore, upToBefore] = [bound, upTo];
  }
  return 1000 * boundBefore;
}

const TICKS = 'tickbase_tick_seconds';
