import { Prng } from '@tickbase/base';

/** What every bot has, whether it keeps rows or not: its own random numbers, and timers that end with its link. */
export class BotLife {
  readonly #prng: Prng;
  readonly #timers: NodeJS.Timeout[] = [];
  #hasEnded = false;

  constructor(number: number) {
    this.#prng = new Prng(number);
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  random(): number {
    return this.#prng.float();
  }

  every(periodMs: number, act: () => void): void {
    const first = setTimeout(() => {
      if (this.#hasEnded) return;
      act();
      this.#timers.push(setInterval(act, periodMs));
    }, this.random() * periodMs);
    this.#timers.push(first);
  }

  end(): void {
    this.#hasEnded = true;
    for (const timer of this.#timers) clearTimeout(timer);
  }
}
