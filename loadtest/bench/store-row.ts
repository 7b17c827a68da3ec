import { type Benchmark, type BenchRow, figure } from './report.ts';

export type { BenchRow } from './report.ts';

export type BenchOptions = Parameters<Benchmark>[0];

/** A figure with a target, and whether its median met it. */
export function rowOf(
  what: string,
  unit: string,
  runs: readonly number[],
  beside: Record<string, number[]>,
  target: BenchRow['target'] = null,
): BenchRow {
  const row = figure(what, unit, runs, beside);
  if (target === null) return row;
  const isMet = 'atMost' in target ? row.value <= target.atMost : row.value >= target.atLeast;
  return { ...row, target, met: isMet };
}
