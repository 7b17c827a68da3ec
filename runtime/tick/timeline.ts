import { assert } from '@tickbase/base';
import type { OpenTick, Tick } from './tick.ts';
import { tickSeed } from './tick-seed.ts';

/**
 * The world's own time: numbers, timestamps and seeds of its ticks, one after another. The n-th transaction of a tick
 * has the tick's time plus n microseconds, so the next tick begins above all of them. Never goes back, whatever
 * the clock does.
 */
export class Timeline {
  readonly #databaseSeed: number;
  #tick: number;
  /** The next tick is not below this. */
  #nextTimestampUs: number;

  /** `lastTick` and `lastTimestampUs`: what the world has already seen; 0 for a new one. */
  constructor(databaseSeed: number, lastTick = 0, lastTimestampUs = 0) {
    assert(Number.isSafeInteger(databaseSeed) && databaseSeed >= 0, 'a database seed is an integer from 0 to 2^53 - 1');
    this.#databaseSeed = databaseSeed;
    this.#tick = lastTick;
    this.#nextTimestampUs = lastTimestampUs + 1;
  }

  /** Number of the last tick that began. */
  get lastTick(): number {
    return this.#tick;
  }

  /** The world's time when the clock shows `wallUs`. */
  timestampAt(wallUs: number): number {
    return wallUs > this.#nextTimestampUs ? wallUs : this.#nextTimestampUs;
  }

  /** The next tick. When it has run, `ran` is told how many transactions it had. */
  next(wallUs: number): Tick {
    const tick = { number: 0, timestampUs: 0, seed: 0 };
    this.begin(tick, wallUs);
    return tick;
  }

  /** The same, where a tick is over before the next one begins: it is told in an object that the caller uses again. */
  begin(tick: OpenTick, wallUs: number): void {
    const timestampUs = this.timestampAt(wallUs);
    this.#nextTimestampUs = timestampUs + 1;
    this.#tick++;
    tick.number = this.#tick;
    tick.timestampUs = timestampUs;
    tick.seed = tickSeed(this.#databaseSeed, this.#tick);
  }

  /** The last tick had this many transactions, the rolled back included. */
  ran(transactionCount: number): void {
    if (transactionCount > 1) this.#nextTimestampUs += transactionCount - 1;
  }
}
