/** The bytes that one client gets of its area of interest in the ticks of any second. */
export class AreaMeter {
  /** By tick modulo its length, the ticks of a second. */
  readonly #bytes: Float64Array;
  #lastTick = 0;
  #sum = 0;

  constructor(tickRate: number) {
    this.#bytes = new Float64Array(Math.max(1, tickRate));
  }

  /** Ticks never go down. Returns what came in the second that ends with this one. */
  add(tick: number, bytes: number): number {
    const { length } = this.#bytes;
    const passed = Math.min(length, tick - this.#lastTick);
    for (let i = 0; i < passed; i++) {
      const place = (tick - i) % length;
      this.#sum -= this.#bytes[place]!;
      this.#bytes[place] = 0;
    }
    this.#lastTick = tick;
    this.#bytes[tick % length]! += bytes;
    this.#sum += bytes;
    return this.#sum;
  }
}
