import type { Prng } from '@tickbase/base';

/** When a simulated disk's work is done: a queue by the simulation's own clock. */
export class DiskTime {
  nowMs = 0;
  readonly #prng: Prng;
  #due: { readonly atMs: number; readonly run: () => void }[] = [];
  /** Longest time that a single operation takes without a fault. */
  latencyMsMax = 0;

  constructor(prng: Prng) {
    this.#prng = prng;
  }

  readonly later = (run: () => void, delayMs: number): void => {
    const atMs = this.nowMs + delayMs + this.#prng.float() * this.latencyMsMax;
    const place = this.#due.findLastIndex((other) => other.atMs <= atMs);
    this.#due.splice(place + 1, 0, { atMs, run });
  };

  /** As `later`, of something that may be called off. */
  readonly timer = (run: () => void, delayMs: number): (() => void) => {
    let isOff = false;
    this.later(() => {
      if (!isOff) run();
    }, delayMs);
    return () => (isOff = true);
  };

  get isIdle(): boolean {
    return this.#due.length === 0;
  }

  /** Lets so much time pass; what is due runs in its order, and what follows from it, too. */
  async advance(ms: number): Promise<void> {
    const endMs = this.nowMs + ms;
    for (let next = this.#due[0]; next !== undefined && next.atMs <= endMs; next = this.#due[0]) {
      this.#due.shift();
      this.nowMs = Math.max(this.nowMs, next.atMs);
      next.run();
      await turn();
    }
    this.nowMs = endMs;
  }

  /** Lets time pass until a promise has settled, or nothing is left to wait for. `isOver`: looked at after each step; true ends it. */
  async until<T>(promise: Promise<T>, isOver: () => boolean): Promise<{ readonly value: T } | 'over'> {
    let outcome: { readonly value: T } | { readonly error: unknown } | null = null;
    promise.then(
      (value) => (outcome = { value }),
      (error: unknown) => (outcome = { error }),
    );
    const settled = (): typeof outcome => outcome;
    await turn();
    while (settled() === null) {
      if (isOver()) return 'over';
      const [next] = this.#due;
      if (next === undefined) throw new Error('a promise waits for nothing');
      await this.advance(Math.max(0, next.atMs - this.nowMs));
    }
    const end = settled()!;
    if ('error' in end) throw end.error;
    return end;
  }

  /** The process is gone: nobody hears of what its disk has done. */
  forget(): void {
    this.#due = [];
  }
}

/** What waits for promises that have settled has run. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
