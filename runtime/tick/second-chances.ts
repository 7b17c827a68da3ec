import type { InboxItem } from './tick-ports.ts';

/**
 * Who is run once more after a forced stop. The limit is in time of the clock, which passes, too, while the machine gives the process no
 * processor. So a function is not to blame when its whole visit had less than half of the limit in processor time; a second stop is its own
 * doing, or that of a machine that bears no world.
 */
export class SecondChances {
  readonly #cpuMs: () => number;
  #beginMs = 0;
  /** When that was looked up, by the clock. */
  #lookedMs = Number.NEGATIVE_INFINITY;
  readonly #items = new WeakSet<InboxItem>();
  #isTimerWarned = false;
  /** Position in plan.systems. */
  #warnedSystem = -1;

  /** `cpuMs`: processor time of the process so far. Other threads' counts, too: the error is on the side of a stop. */
  constructor(cpuMs: () => number) {
    this.#cpuMs = cpuMs;
  }

  /** A visit to the module's context begins. For one that follows another closely the processor's clock, which is a slow one, is not read again. */
  begin(nowMs: number): void {
    if (nowMs - this.#lookedMs < LOOK_MS) return;
    this.#lookedMs = nowMs;
    this.#beginMs = this.#cpuMs();
  }

  /** The visit was stopped: has it had so little that what ran may run again? `limitMs`: what one function may take. */
  isStarved(limitMs: number): boolean {
    return this.#cpuMs() - this.#beginMs < limitMs / 2;
  }

  // Each of these is true for what has not had its second run yet.

  forItem(item: InboxItem): boolean {
    if (this.#items.has(item)) return false;
    this.#items.add(item);
    return true;
  }

  /** A timer that is put back is the first that is due: the next that runs is the same one. */
  forTimer(): boolean {
    const isFirst = !this.#isTimerWarned;
    this.#isTimerWarned = true;
    return isFirst;
  }

  /** The timer has come to something. */
  timerRan(): void {
    this.#isTimerWarned = false;
  }

  forSystem(system: number): boolean {
    const isFirst = this.#warnedSystem !== system;
    this.#warnedSystem = isFirst ? system : -1;
    return isFirst;
  }

  systemRan(system: number): void {
    if (this.#warnedSystem === system) this.#warnedSystem = -1;
  }
}

/** Little beside the limit of any function. */
const LOOK_MS = 5;
