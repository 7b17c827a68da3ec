import type { LoadReport } from './load-report.ts';

/** A pair of runs: how the other clients fared with slow readers among them, over how they did without. */
export interface PairRatios {
  /** From a call to its result, p99. */
  readonly call: number | null;
  /** From a tick's begin to its message at the client, p99. */
  readonly frame: number | null;
  /** The server's tick, p99. */
  readonly tick: number | null;
}

export function pairRatios(withSlow: LoadReport, without: LoadReport): PairRatios {
  return {
    call: ratio(withSlow.callP99Ms, without.callP99Ms),
    frame: ratio(withSlow.frameP99Ms, without.frameP99Ms),
    tick: ratio(withSlow.tickP99Ms, without.tickP99Ms),
  };
}

/** Figure by figure; null where no pair has one. */
export function medianRatios(pairs: readonly PairRatios[]): PairRatios {
  const of = (figure: keyof PairRatios): number | null => medianOf(pairs.map((pair) => pair[figure]));
  return { call: of('call'), frame: of('frame'), tick: of('tick') };
}

function medianOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null).sort((a, b) => a - b);
  const middle = known.length / 2;
  if (known.length === 0) return null;
  return rounded(Number.isInteger(middle) ? (known[middle - 1]! + known[middle]!) / 2 : known[Math.floor(middle)]!);
}

function ratio(a: number | null, b: number | null): number | null {
  return a === null || b === null || b === 0 ? null : rounded(a / b);
}

function rounded(ratio: number): number {
  return Math.round(1000 * ratio) / 1000;
}
