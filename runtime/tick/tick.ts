/** One step of the world, as it is told to the module. */
export interface Tick {
  /** Grows by one with each step and each commit of `tickRate: 0`. */
  readonly number: number;
  /** Microseconds since the Unix epoch: the time of the tick's first transaction. Above that of every transaction before. */
  readonly timestampUs: number;
  /** Feeds the random numbers of this tick: an integer below 2^53. */
  readonly seed: number;
}

/** A tick that is told anew each time. */
export type OpenTick = { -readonly [Fact in keyof Tick]: Tick[Fact] };
