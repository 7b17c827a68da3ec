/** How much one tick, or one wake-up at `tickRate: 0`, takes on. What is left waits for the next. */
export interface TickLimits {
  /** Items of the inbox in one tick, of all kinds. */
  readonly callsPerTickMax: number;
  /** After this long no further item is taken in this tick; one that runs is not cut off. Checked before each. */
  readonly callsMsMax: number;
  readonly timersPerTickMax: number;
  /** `tickRate: 0`: after this long the sockets get their turn. Checked between commits. */
  readonly wakeMsMax: number;
}

export const TICK_LIMITS: TickLimits = Object.freeze({
  /** 20 000 short calls take about 20 ms, well within the 50 ms of the usual 20 ticks a second. */
  callsPerTickMax: 20_000,
  callsMsMax: Infinity,
  timersPerTickMax: 10_000,
  wakeMsMax: 8,
});
