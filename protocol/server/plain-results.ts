/** Results without texts of one section, in columns that are used again and again. */
export class PlainResults {
  count = 0;
  /** u32[>= count]. */
  sequences = new Uint32Array(CAPACITY_FIRST);
  /** u8[>= count]: places in CALL_STATUSES. */
  statuses = new Uint8Array(CAPACITY_FIRST);
  /** f64[>= count]: the tick that holds the call's effect. */
  ticks = new Float64Array(CAPACITY_FIRST);

  clear(): void {
    this.count = 0;
  }

  add(sequence: number, status: number, tick: number): void {
    if (this.count === this.ticks.length) this.grow();
    this.sequences[this.count] = sequence;
    this.statuses[this.count] = status;
    this.ticks[this.count] = tick;
    this.count++;
  }

  private grow(): void {
    const capacity = 2 * this.ticks.length;
    const { sequences, statuses, ticks } = this;
    this.sequences = new Uint32Array(capacity);
    this.statuses = new Uint8Array(capacity);
    this.ticks = new Float64Array(capacity);
    this.sequences.set(sequences);
    this.statuses.set(statuses);
    this.ticks.set(ticks);
  }
}

const CAPACITY_FIRST = 64;
