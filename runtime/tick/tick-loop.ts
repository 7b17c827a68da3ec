import { assert } from '@tickbase/base';

/**
 * When the ticks of a fixed rate are due. Knows no clock: it is told the time.
 *
 * Catch-up policy: a loop that comes late runs the steps it has missed, at most `stepsMax` at once, each with the
 * due time it should have had. Older ones are dropped from the schedule and reported as lag: the world then has
 * lived through fewer ticks than the clock. A clock that jumps back moves the schedule with it, so that no tick comes
 * twice and none is waited for longer than a period.
 */
export class TickLoop {
  readonly periodMs: number;
  readonly #stepsMax: number;
  #originMs: number;
  /** The next step is due at originMs + stepIndex * periodMs. Counted, not summed up, so that nothing drifts. */
  #stepIndex = 0;
  #lastNowMs: number;

  /** Ticks that were dropped since the start. */
  lagTickCount = 0;

  constructor(tickRate: number, nowMs: number, stepsMax: number = CATCH_UP_STEPS_MAX) {
    assert(tickRate > 0 && stepsMax >= 1, 'a tick loop has a rate above 0 and runs at least one step');
    this.periodMs = 1000 / tickRate;
    this.#stepsMax = stepsMax;
    this.#originMs = nowMs;
    this.#lastNowMs = nowMs;
  }

  get nextDueMs(): number {
    return this.#originMs + this.#stepIndex * this.periodMs;
  }

  /** What is to be run now, taken off the schedule. */
  due(nowMs: number): DueSteps {
    if (nowMs < this.#lastNowMs) this.#originMs -= this.#lastNowMs - nowMs;
    this.#lastNowMs = nowMs;
    const waitMs = this.nextDueMs - nowMs;
    if (waitMs > 0) return { stepCount: 0, lagTicks: 0, firstDueMs: this.nextDueMs };

    const dueCount = Math.floor((nowMs - this.#originMs) / this.periodMs) - this.#stepIndex + 1;
    const missedCount = Math.max(dueCount, 1); // the division may fall just short of a due time that has come
    const stepCount = Math.min(missedCount, this.#stepsMax);
    const lagTicks = missedCount - stepCount;
    this.#stepIndex += lagTicks;
    const firstDueMs = this.nextDueMs;
    this.#stepIndex += stepCount;
    this.lagTickCount += lagTicks;
    return { stepCount, lagTicks, firstDueMs };
  }
}

export interface DueSteps {
  readonly stepCount: number;
  /** Ticks that were dropped because the loop came too late. */
  readonly lagTicks: number;
  /** When the first of the steps was due; each further one a period later. */
  readonly firstDueMs: number;
}

/** A quarter of a second at 20 ticks a second: a pause for garbage collection is made good, a stalled machine is not. */
export const CATCH_UP_STEPS_MAX = 5;
