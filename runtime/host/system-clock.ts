import { performance } from 'node:perf_hooks';
import type { Clock } from '@tickbase/base';

/**
 * The machine's time. `wallUs` follows the system's clock forward at once; when that is set back, it goes on at half speed
 * until the system has caught up, so that timers neither stall for the difference nor see time run backwards.
 */
export class SystemClock implements Clock {
  readonly #readMonotonicMs: () => number;
  readonly #readWallMs: () => number;
  #wallUs: number;
  #atMs: number;

  constructor(readMonotonicMs = (): number => performance.now(), readWallMs = (): number => Date.now()) {
    this.#readMonotonicMs = readMonotonicMs;
    this.#readWallMs = readWallMs;
    this.#wallUs = readWallMs() * 1000;
    this.#atMs = readMonotonicMs();
  }

  nowMs(): number {
    return this.#readMonotonicMs();
  }

  wallUs(): number {
    const nowMs = this.#readMonotonicMs();
    const slowUs = this.#wallUs + Math.floor((nowMs - this.#atMs) * 500);
    this.#wallUs = Math.max(this.#readWallMs() * 1000, slowUs);
    this.#atMs = nowMs;
    return this.#wallUs;
  }
}
