import { assert, type Clock } from '@tickbase/base';
import { Histogram } from './histogram.ts';

/**
 * Where the time of the last ticks went, in microseconds: one row a tick in a ring, a column for each phase, then the whole
 * from the tick's due time to its last frame handed to the sockets. At `tickRate: 0` a row is one wake-up, whose first commits are
 * timed one by one and the many after them by samples: a look at the clock costs about as much as a tenth of a short call.
 */
export class TickTrace {
  readonly #clock: Pick<Clock, 'nowMs'>;
  readonly #capacity: number;
  /** f64[capacity * TRACE_COLUMNS.length] */
  readonly #rows: Float64Array;
  readonly #scratch: Float64Array;
  /** From each tick's due time to its last frame, of all ticks since the start. */
  readonly whole = new Histogram();
  /** How late ticks began. */
  readonly lateness = new Histogram();
  /** f64[TRACE_COLUMNS.length]: microseconds of all ticks since the start; see `totalUs`. */
  readonly #totals = new Float64Array(TRACE_COLUMNS.length);
  #tickCount = 0;
  #rowOffset = 0;
  #dueMs = 0;
  #markMs = 0;
  /** How often the marks that follow count; 0: they are not timed. */
  #weight = 1;

  constructor(clock: Pick<Clock, 'nowMs'>, capacity = 1024) {
    assert(capacity >= 1, 'a trace keeps at least one tick');
    this.#clock = clock;
    this.#capacity = capacity;
    this.#rows = new Float64Array(capacity * TRACE_COLUMNS.length);
    this.#scratch = new Float64Array(capacity);
  }

  /** Ticks since the start; the last `capacity` of them are kept. */
  get tickCount(): number {
    return this.#tickCount;
  }

  begin(dueMs: number): void {
    this.#rowOffset = (this.#tickCount % this.#capacity) * TRACE_COLUMNS.length;
    this.#rows.fill(0, this.#rowOffset, this.#rowOffset + TRACE_COLUMNS.length);
    this.#dueMs = dueMs;
    this.weigh(1);
    this.lateness.add(Math.max(0, this.#markMs - dueMs));
  }

  /** What follows counts `weight` times, for as many like it that are not timed: those weigh 0. */
  weigh(weight: number): void {
    this.#weight = weight;
    if (weight > 0) this.#markMs = this.#clock.nowMs();
  }

  /** What has passed since the last mark belongs to this phase. A phase may come more than once. */
  mark(phase: TracePhase): void {
    if (this.#weight !== 0) this.#time(phase);
  }

  /** Apart from `mark`, which is small enough for the engine to compile into its callers: most marks are not timed. */
  #time(phase: TracePhase): void {
    const nowMs = this.#clock.nowMs();
    this.#rows[this.#rowOffset + COLUMN_OF[phase]!]! += (nowMs - this.#markMs) * 1000 * this.#weight;
    this.#markMs = nowMs;
  }

  end(): void {
    const wholeUs = (this.#clock.nowMs() - this.#dueMs) * 1000;
    this.#rows[this.#rowOffset + COLUMN_OF.whole!] = wholeUs;
    this.whole.add(wholeUs / 1000);
    for (let i = 0; i < this.#totals.length; i++) this.#totals[i]! += this.#rows[this.#rowOffset + i]!;
    this.#tickCount++;
  }

  /** What all ticks since the start have spent in a phase. */
  totalUs(phase: TracePhase): number {
    return this.#totals[COLUMN_OF[phase]!]!;
  }

  /** The part of the last ticks' values of a column that is at most the returned one is `share` (0.99: p99). 0 before the first tick. */
  percentileUs(column: TraceColumn, share: number): number {
    const count = Math.min(this.#tickCount, this.#capacity);
    if (count === 0) return 0;
    const values = this.#scratch.subarray(0, count);
    const column0 = COLUMN_OF[column]!;
    for (let i = 0; i < count; i++) values[i] = this.#rows[i * TRACE_COLUMNS.length + column0]!;
    values.sort();
    return values[Math.min(count - 1, Math.max(0, Math.ceil(share * count) - 1))]!;
  }

  /** Of the last tick, from its due time to its last frame; 0 before the first. */
  get lastWholeUs(): number {
    return this.#rows[this.#rowOffset + COLUMN_OF.whole!]!;
  }

  /** The last tick's figures by column; all 0 before the first. */
  last(): Record<TraceColumn, number> {
    const row = this.#tickCount === 0 ? 0 : ((this.#tickCount - 1) % this.#capacity) * TRACE_COLUMNS.length;
    const figures = {} as Record<TraceColumn, number>;
    for (const [i, column] of TRACE_COLUMNS.entries()) figures[column] = this.#rows[row + i]!;
    return figures;
  }
}

const TRACE_COLUMNS = [
  'calls',
  'timers',
  'systems',
  'seal',
  'log',
  'diffs',
  'subscriptions',
  'workers',
  'frames',
  'sends',
  'whole',
] as const;

export type TraceColumn = (typeof TRACE_COLUMNS)[number];
export type TracePhase = Exclude<TraceColumn, 'whole'>;

export const TRACE_PHASES: readonly TracePhase[] = TRACE_COLUMNS.filter((column) => column !== 'whole');

const COLUMN_OF: Readonly<Record<string, number>> = Object.fromEntries(TRACE_COLUMNS.map((name, i) => [name, i]));
