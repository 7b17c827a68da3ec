import { percentile } from '../percentile.ts';

/** What the ticks of a server were like, from when each was due to its last frame handed to the socket. */
export interface TickFigures {
  readonly ticks: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Ticks that were left out because the one before took too long. */
  readonly left: number;
}

/** Gathers how long ticks took, from one `begin` to the next. */
export class TickTimes {
  #tookMs: number[] = [];
  #left = 0;

  begin(): void {
    this.#tookMs = [];
    this.#left = 0;
  }

  add(tookMs: number): void {
    this.#tookMs.push(tookMs);
  }

  leaveOut(count: number): void {
    this.#left += count;
  }

  figures(): TickFigures {
    const took = this.#tookMs;
    return { ticks: took.length, p50Ms: percentile(took, 0.5), p99Ms: percentile(took, 0.99), left: this.#left };
  }
}

/**
 * Runs `tick` at a fixed rate, as a server that takes care of it would: each is due a period after the one before, however long that took; when
 * it comes more than a period late, what cannot be made up is left out.
 */
export function runTicks(periodMs: number, times: TickTimes, tick: () => void): void {
  let dueMs = performance.now() + periodMs;
  const run = (): void => {
    const lateCount = Math.floor((performance.now() - dueMs) / periodMs);
    if (lateCount > 0) {
      times.leaveOut(lateCount);
      dueMs += lateCount * periodMs;
    }
    tick();
    times.add(performance.now() - dueMs);
    dueMs += periodMs;
    wait();
  };
  const wait = (): void => void setTimeout(run, Math.max(0, Math.ceil(dueMs - performance.now())));
  wait();
}
