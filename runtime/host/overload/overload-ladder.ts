import { assert } from '@tickbase/base';
import { OVERLOAD_STEPS } from './overload-steps.ts';

/** That the ladder has moved by one step, and the figures that made it. */
export interface OverloadChange {
  readonly from: number;
  readonly to: number;
  /** See `OverloadLadder.load`. */
  readonly load: number;
  /** Cores that the process kept busy over the window. */
  readonly cores: number;
}

/**
 * Decides how far the server goes easy on itself, from how much of their period ticks take. Looks at windows of `windowMs`: a step up when
 * the 95th percentile of a window is above LOAD_ENTER, which is before any tick is late; a step down after some windows below LOAD_EXIT. So that a
 * load which a step has taken away does not come and go with it, each relapse doubles the number of those windows.
 *
 * Time is handed in. A machine that is busy with something else is no reason: nothing is sent less of while the process itself takes less than
 * CORES_ENTER of a core.
 */
export class OverloadLadder {
  /** Place in OVERLOAD_STEPS. */
  step = 0;
  /** Steps that were taken since the start. */
  upCount = 0;
  downCount = 0;
  /** Part of its period that a tick took, from being due to its last frame: the 95th percentile of the last whole window. */
  load = 0;
  readonly #periodMs: number;
  readonly #windowMs: number;
  /** Loads of the ticks of this window. */
  #loads: number[] = [];
  #windowBeganMs = -1;
  #windowBeganCpuMs = 0;
  #calmWindows = 0;
  /** So many calm windows make a step down. */
  #patience = CALM_WINDOWS;
  #wentDownMs = -Infinity;

  constructor(periodMs: number, windowMs = OVERLOAD_WINDOW_MS) {
    assert(periodMs > 0, 'the ladder is for worlds that have a tick rate');
    this.#periodMs = periodMs;
    this.#windowMs = windowMs;
  }

  /**
   * A tick is over. `nowMs`: a clock's; `wholeMs`: from the tick being due to its last frame; `cpuMs`: tells what the process has had of
   * processors since any fixed time. Returns the step that this makes, mostly none.
   */
  tick(nowMs: number, wholeMs: number, cpuMs: () => number): OverloadChange | null {
    if (this.#windowBeganMs < 0) this.#begin(nowMs, cpuMs());
    this.#loads.push(wholeMs / this.#periodMs);
    const windowMs = nowMs - this.#windowBeganMs;
    if (windowMs < this.#windowMs) return null;
    const nowCpuMs = cpuMs();
    const cores = (nowCpuMs - this.#windowBeganCpuMs) / windowMs;
    this.load = percentile95(this.#loads);
    this.#begin(nowMs, nowCpuMs);
    const to = this.#stepAfter(nowMs, cores);
    if (to === this.step) return null;
    const change = { from: this.step, to, load: this.load, cores };
    this.step = to;
    return change;
  }

  #begin(nowMs: number, cpuMs: number): void {
    this.#windowBeganMs = nowMs;
    this.#windowBeganCpuMs = cpuMs;
    this.#loads = [];
  }

  #stepAfter(nowMs: number, cores: number): number {
    const { step, load } = this;
    if (load > LOAD_ENTER && cores >= CORES_ENTER) {
      this.#calmWindows = 0;
      if (step === OVERLOAD_STEPS.length - 1) return step;
      if (nowMs - this.#wentDownMs < RELAPSE_MS) this.#patience = Math.min(2 * this.#patience, CALM_WINDOWS_MAX);
      this.upCount++;
      return step + 1;
    }
    this.#calmWindows = load < LOAD_EXIT ? this.#calmWindows + 1 : 0;
    if (nowMs - this.#wentDownMs > PEACE_MS) this.#patience = CALM_WINDOWS;
    if (step === 0 || this.#calmWindows < this.#patience) return step;
    this.#calmWindows = 0;
    this.#wentDownMs = nowMs;
    this.downCount++;
    return step - 1;
  }
}

const OVERLOAD_WINDOW_MS = 3000;
/** What is left of the period is for a burst of calls, and for a collection of garbage. */
const LOAD_ENTER = 0.75;
/** A step takes away up to a third of a tick's work: when it goes, the load stays below LOAD_ENTER. */
const LOAD_EXIT = 0.45;
const CORES_ENTER = 0.5;
const CALM_WINDOWS = 2;
/** A minute and a half. */
const CALM_WINDOWS_MAX = 32;
/** Going up again within this time after going down is a relapse. */
const RELAPSE_MS = 30_000;
/** After so long without a step down, relapses are forgotten. */
const PEACE_MS = 120_000;

/** The smallest of the loads that at least 95 % of them do not pass. */
function percentile95(loads: readonly number[]): number {
  const ordered = loads.toSorted((a, b) => a - b);
  return ordered[Math.max(0, Math.ceil(0.95 * ordered.length) - 1)]!;
}
