import type { Clock } from '@tickbase/base';
import type { AreaSource } from '../interest/index.ts';
import { INTEREST_FAILED } from '../store/interest-outcome.ts';
import { CALL_STOPPED, OUTCOME_NONE, type World } from '../transactions/world.ts';
import type { ModuleGuard } from './module-guard.ts';
import type { TickLimits } from './tick-limits.ts';

/**
 * The module's interest function under a time limit: those of many callers run in one visit to the module's context. One that does not
 * return is stopped, and counts as failed.
 */
export class GuardedArea implements AreaSource {
  centres = new Float64Array(0);
  centreRows = new Int32Array(0);
  centreCount = 0;
  reads = new Int32Array(0);
  readColumns = new Uint32Array(0);
  readCount = 0;

  readonly #world: AreaWorld;
  readonly #options: GuardedAreaOptions;
  readonly #callers: number[] = [];
  /** By caller: its place in the list, until its answer is fetched. */
  readonly #placeOf = new Map<number, number>();
  /** By place, below its length: complete answers only, since a visit may be ended at any place. */
  readonly #answers: Answer[] = [];

  constructor(world: AreaWorld, options: GuardedAreaOptions) {
    this.#world = world;
    this.#options = options;
  }

  /** Asks for all of these callers at once; `interestOf` of each then answers what was found here, once. */
  prepare(callers: readonly number[]): void {
    this.#placeOf.clear();
    this.#callers.length = 0;
    this.#answers.length = 0;
    for (const caller of callers) this.#placeOf.set(caller, this.#callers.push(caller) - 1);
    const { guard, limits } = this.#options;
    const limitMs = VISIT_MS_MAX + limits.callMsMax;
    while (this.#answers.length < this.#callers.length) {
      if (guard.run(() => this.#visit(), limitMs)) continue;
      const isStopped = this.#world.recover(limits.callMsMax) === CALL_STOPPED;
      if (isStopped && this.#answers.length < this.#callers.length) this.#keep(INTEREST_FAILED);
    }
  }

  interestOf(caller: number): number {
    if (!this.#placeOf.has(caller)) this.prepare([caller]);
    const answer = this.#answers[this.#placeOf.get(caller)!]!;
    this.#placeOf.delete(caller);
    this.centres = answer.centres;
    this.centreRows = answer.centreRows;
    this.centreCount = answer.centreRows.length / 2;
    this.reads = answer.reads;
    this.readColumns = answer.readColumns;
    this.readCount = answer.readColumns.length;
    return answer.outcome;
  }

  /** Nothing starts after VISIT_MS_MAX, so that what is stopped has used all of its own time. */
  #visit(): void {
    const { clock } = this.#options;
    const endMs = clock.nowMs() + VISIT_MS_MAX;
    while (this.#answers.length < this.#callers.length) {
      this.#world.lastOutcome = OUTCOME_NONE;
      this.#keep(this.#world.interestOf(this.#callers[this.#answers.length]!));
      if (clock.nowMs() >= endMs) break;
    }
  }

  /** Takes the world's last answer for the next of the callers. */
  #keep(outcome: number): void {
    const { centres, centreRows, centreCount, reads, readColumns, readCount } = this.#world;
    this.#answers.push({
      outcome,
      centres: centres.slice(0, 3 * centreCount),
      centreRows: centreRows.slice(0, 2 * centreCount),
      reads: reads.slice(0, 2 * readCount),
      readColumns: readColumns.slice(0, readCount),
    });
  }
}

export interface GuardedAreaOptions {
  readonly guard: ModuleGuard;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly limits: Pick<TickLimits, 'callMsMax'>;
}

type AreaWorld = Pick<World, 'recover' | 'lastOutcome'> & AreaSource;

interface Answer {
  readonly outcome: number;
  readonly centres: Float64Array<ArrayBuffer>;
  readonly centreRows: Int32Array<ArrayBuffer>;
  readonly reads: Int32Array<ArrayBuffer>;
  readonly readColumns: Uint32Array<ArrayBuffer>;
}

/** After so long the functions that are left have a visit of their own. */
const VISIT_MS_MAX = 25;
