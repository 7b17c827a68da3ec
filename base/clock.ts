/** Time, handed in from outside: nothing below the host reads a clock of its own. */
export interface Clock {
  /** Milliseconds from an arbitrary start, with fractions; never goes back. */
  nowMs(): number;
  /** Microseconds since the Unix epoch; may jump when the machine's clock is set. */
  wallUs(): number;
}
