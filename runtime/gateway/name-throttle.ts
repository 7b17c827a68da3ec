/** Lets each name pass once a second, and a bounded number of names: what strangers send must not fill a log. */
export class NameThrottle {
  readonly #namesMax: number;
  readonly #passed = new Set<string>();
  #second = -1;

  /** `namesMax`: names that pass within one second. */
  constructor(namesMax: number) {
    this.#namesMax = namesMax;
  }

  /** True when the name may pass now. `nowMs`: monotonic milliseconds. */
  passes(name: string, nowMs: number): boolean {
    const second = Math.floor(nowMs / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#passed.clear();
    }
    if (this.#passed.size >= this.#namesMax || this.#passed.has(name)) return false;
    this.#passed.add(name);
    return true;
  }
}
