/** Timers of a simulation: they run when they are told to, in the order of their times. */
export class VirtualTime {
  nowMs = 0;
  /** Ascending by time, equal times by age. */
  #timers: { readonly atMs: number; readonly run: () => void }[] = [];

  /** The returned function calls it off. */
  later(run: () => void, delayMs: number): () => void {
    const timer = { atMs: this.nowMs + delayMs, run };
    let place = this.#timers.length;
    while (place > 0 && this.#timers[place - 1]!.atMs > timer.atMs) place--;
    this.#timers.splice(place, 0, timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Runs the next timer, and all that follows from it at once. False when there is none. */
  async step(): Promise<boolean> {
    await settled();
    const timer = this.#timers.shift();
    if (timer === undefined) return false;
    this.nowMs = timer.atMs;
    timer.run();
    await settled();
    return true;
  }

  /** Steps until the promise is settled, and gives what it gives. Throws when nothing is left that could settle it. */
  async until<T>(work: Promise<T>): Promise<T> {
    const state = { isSettled: false };
    const settle = (): void => {
      state.isSettled = true;
    };
    work.then(settle, settle);
    while (!state.isSettled) {
      const hasMore = await this.step();
      if (!hasMore && !state.isSettled) throw new Error('it waits for something that never comes');
    }
    return work;
  }

  /** All that was to run belongs to a process that is gone. */
  forget(): void {
    this.#timers = [];
  }
}

/** Everything that needs no timer has happened. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
