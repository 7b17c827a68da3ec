import { machine } from '../machine.ts';

export type Benchmark = (options: { isLong: boolean; progress: (line: string) => void }) => Promise<BenchRow[]>;

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
  readonly met: boolean | null;
}

export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** A row without a target from the runs of ours and, by name, of what ran beside it. */
export function figure(
  what: string,
  unit: string,
  runs: readonly number[],
  beside: Record<string, number[]>,
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
    target: null,
    met: null,
  };
}

export function printReport(bench: string, rows: readonly BenchRow[], isJson: boolean): void {
  const where = machine();
  console.log(`${bench} at ${where.commit}, Node ${where.node}, ${where.cpu}`);
  for (const row of rows) {
    const beside = Object.entries(row.beside).map(([name, value]) => `${name} ${short(value)}`);
    const ratio = row.ratio === null ? '' : `, ratio ${row.ratio.toFixed(2)}`;
    console.log(
      `  ${row.what}: ${short(row.value)} ${row.unit} (${short(row.spread[0])} to ${short(row.spread[1])})` +
        `${beside.length > 0 ? `; beside: ${beside.join(', ')}` : ''}${ratio}`,
    );
  }
  if (isJson) console.log(JSON.stringify({ bench, ...where, rows }));
}

function short(value: number): string {
  return value >= 1000 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}
