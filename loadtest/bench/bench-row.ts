import { medianOf } from './median-of.ts';

export type Benchmark = (options: BenchOptions) => Promise<BenchRow[]>;

export interface BenchOptions {
  readonly isLong: boolean;
  readonly progress: (line: string) => void;
}

/** One figure: our median beside the medians of floors and peers that ran in the same minute. */
export interface BenchRow {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** Lowest and highest of the runs. */
  readonly spread: readonly [number, number];
  readonly beside: Readonly<Record<string, number>>;
  /** `value` over the first of `beside`; null without one. */
  readonly ratio: number | null;
  readonly target: { readonly atMost: number } | { readonly atLeast: number } | null;
  /** By the median; null without a target. */
  readonly met: boolean | null;
}

/** A row from the runs of ours and, by name, of what ran beside it. */
export function rowOf(
  what: string,
  unit: string,
  runs: readonly number[],
  beside: Readonly<Record<string, readonly number[]>> = {},
  target: BenchRow['target'] = null,
): BenchRow {
  const value = medianOf(runs);
  const medians = Object.fromEntries(Object.entries(beside).map(([name, values]) => [name, medianOf(values)]));
  const floor = Object.values(medians)[0];
  return {
    what,
    value,
    unit,
    spread: [Math.min(...runs), Math.max(...runs)],
    beside: medians,
    ratio: floor === undefined || floor === 0 ? null : value / floor,
    target,
    met: target === null ? null : 'atMost' in target ? value <= target.atMost : value >= target.atLeast,
  };
}
