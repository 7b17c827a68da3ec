/**
 * Lets so many pieces of work run at once and so many more wait, first come first served. Signatures are made and proved on the threads that
 * also write the commit log: a flood of tokens must not stand before it.
 */
export class CryptoGate {
  readonly #runningMax: number;
  readonly #waitingMax: number;
  #runningCount = 0;
  readonly #waiting: (() => void)[] = [];
  /** Place in `#waiting` of who is next. */
  #next = 0;

  constructor(runningMax: number, waitingMax: number) {
    this.#runningMax = runningMax;
    this.#waitingMax = waitingMax;
  }

  get waitingCount(): number {
    return this.#waiting.length - this.#next;
  }

  /** Null: too much waits, and `work` was not run. Else fulfilled or rejected as `work` is. */
  async run<T>(work: () => Promise<T>): Promise<T | null> {
    if (this.#runningCount >= this.#runningMax) {
      if (this.waitingCount >= this.#waitingMax) return null;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else this.#runningCount++;
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  /** Who waits takes the place of who has done. */
  #leave(): void {
    const next = this.#waiting[this.#next];
    if (next === undefined) {
      this.#runningCount--;
      return;
    }
    if (++this.#next === this.#waiting.length) {
      this.#waiting.length = 0;
      this.#next = 0;
    }
    next();
  }
}
