/** How much one tick, or one wake-up at `tickRate: 0`, takes on. What is left waits for the next. */
export interface TickLimits {
  /** Items of the inbox in one tick, of all kinds. */
  readonly callsPerTickMax: number;
  /** After this long no further item is run in this tick. Checked before each. */
  readonly callsMsMax: number;
  readonly timersPerTickMax: number;
  /** After this long no further timer starts in this tick. */
  readonly timersMsMax: number;
  /** After this long nothing of the module's starts in this tick: its budget. */
  readonly tickMsMax: number;
  /** A function of the module that has run for this long is stopped by force, rolled back and named to caller and log. */
  readonly callMsMax: number;
  /** The same for `init` and `started`. */
  readonly startHookMsMax: number;
  /** `tickRate: 0`: after this long the sockets get their turn. Checked between commits. */
  readonly wakeMsMax: number;
}

export const TICK_LIMITS: TickLimits = Object.freeze({
  /** 20 000 short calls take about 20 ms, well within the 50 ms of the usual 20 ticks a second. */
  callsPerTickMax: 20_000,
  callsMsMax: Infinity,
  timersPerTickMax: 10_000,
  timersMsMax: Infinity,
  tickMsMax: Infinity,
  /** Far above what a world with a rate can bear, so that it is no pause of the machine that stops an honest call. */
  callMsMax: 500,
  /** As for the module's top level: a world may fill its tables at its start. */
  startHookMsMax: 10_000,
  wakeMsMax: 8,
});
