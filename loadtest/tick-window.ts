import type { ObservedTick } from '@tickbase/runtime';
import { percentile } from './percentile.ts';
import type { ServerFigures } from './server-figures.ts';

type Took = ObservedTick['tookUs'];

/** Gathers what a server's ticks took, from one point in time to another, and what its process used. */
export class TickWindow {
  readonly #took: Took[] = [];
  readonly #sampleMs: number[] = [];
  readonly #startMs = performance.now();
  readonly #startCpu = process.cpuUsage();
  readonly #startRss = process.memoryUsage.rss();

  add(tookUs: Took): void {
    this.#took.push(tookUs);
  }

  addSample(ms: number): void {
    this.#sampleMs.push(ms);
  }

  figures(): ServerFigures {
    const { user, system } = process.cpuUsage(this.#startCpu);
    const elapsedMs = performance.now() - this.#startMs;
    const { whole, ...phases } = this.#columns();
    const sampleMs = this.#sampleMs;
    return {
      ticks: this.#took.length,
      tickP50Ms: percentile(whole!, 0.5),
      tickP99Ms: percentile(whole!, 0.99),
      tickMaxMs: percentile(whole!, 1),
      phases: Object.fromEntries(
        Object.entries(phases).map(([name, values]) => [
          name,
          { p50Ms: percentile(values, 0.5), p99Ms: percentile(values, 0.99) },
        ]),
      ),
      cpuPercent: (user + system) / 10 / elapsedMs,
      cpuMsPerTick: (user + system) / 1000 / Math.max(1, this.#took.length),
      rssMb: process.memoryUsage.rss() / 1e6,
      rssFirstMb: this.#startRss / 1e6,
      samples: sampleMs.length,
      sampleMeanMs: sampleMs.reduce((sum, ms) => sum + ms, 0) / Math.max(1, sampleMs.length),
      sampleMaxMs: Math.max(0, ...sampleMs),
    };
  }

  /** By phase, and the whole: milliseconds of each tick. */
  #columns(): Record<string, number[]> {
    const columns: Record<string, number[]> = { whole: [] };
    for (const took of this.#took) {
      for (const [name, us] of Object.entries(took)) (columns[name] ??= []).push(us / 1000);
    }
    return columns;
  }
}
