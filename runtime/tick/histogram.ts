/** How many of some durations lay at or below each of fixed bounds, and their sum. Adding costs a few comparisons. */
export class Histogram {
  /** f64[BOUNDS_MS.length + 1]: how many lay between the bound before and this one; the last: above all bounds. */
  readonly counts = new Float64Array(BOUNDS_MS.length + 1);
  sumMs = 0;

  add(durationMs: number): void {
    let place = 0;
    while (place < BOUNDS_MS.length && durationMs > BOUNDS_MS[place]!) place++;
    this.counts[place]!++;
    this.sumMs += durationMs;
  }
}

/** From a tenth of a millisecond, an idle tick, to a second, a server that stands still. 50 ms is the period of the usual 20 ticks a second. */
export const BOUNDS_MS: readonly number[] = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 35, 50, 100, 250, 500, 1000];
